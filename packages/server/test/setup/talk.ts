/** The steps that most tests begin with: make a room, say something in it. Each throws if it is refused. */
import type { Message } from "@pipit/protocol/models/message";
import type { Member, Room } from "@pipit/protocol/models/room";
import type { RestReply } from "./rest-client.ts";
import type { Person } from "./test-server.ts";

/** The code of a refusal, or `ok`. */
export function codeOf(reply: RestReply): string {
  return reply.body.success ? "ok" : String(reply.body.code);
}

function dataOf(reply: RestReply) {
  if (!reply.body.success) throw new Error(`refused: ${JSON.stringify(reply.body)}`);
  return reply.body.data;
}

/** A group that `owner` makes. @returns its id */
export async function makeGroup(owner: Person, memberIds: string[] = [], given: object = {}): Promise<string> {
  const body = { type: "group", name: "Group", member_ids: memberIds, ...given };
  return dataOf(await owner.rest.post("/rooms", body)).id;
}

/** The direct room with a user. @returns its id */
export async function makeDirect(person: Person, peerId: string): Promise<string> {
  return dataOf(await person.rest.post("/rooms", { type: "direct", member_ids: [peerId] })).id;
}

export async function say(person: Person, roomId: string, content: string, given: object = {}): Promise<Message> {
  return dataOf(await person.rest.post(`/rooms/${roomId}/messages`, { content, ...given }));
}

export async function viewRoom(person: Person, roomId: string): Promise<Room> {
  return dataOf(await person.rest.get(`/rooms/${roomId}`));
}

export async function viewMessage(person: Person, messageId: string): Promise<Message> {
  return dataOf(await person.rest.get(`/messages/${messageId}`));
}

/** A room's newest messages. */
export async function readHistory(person: Person, roomId: string): Promise<Message[]> {
  return dataOf(await person.rest.get(`/rooms/${roomId}/messages?limit=100`));
}

/** What a room's system messages report. */
export async function readFacts(person: Person, roomId: string) {
  const messages = await readHistory(person, roomId);
  return messages.flatMap((message) => message.meta_data.system ?? []);
}

export async function readMembers(person: Person, roomId: string): Promise<Member[]> {
  return dataOf(await person.rest.get(`/rooms/${roomId}/members`));
}

/** The roles of a room's members, by their ids. */
export async function readRoles(person: Person, roomId: string): Promise<Record<string, string>> {
  return Object.fromEntries((await readMembers(person, roomId)).map((member) => [member.user_id, member.role]));
}
