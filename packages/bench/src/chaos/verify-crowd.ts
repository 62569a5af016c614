/** Holds what clients were told and what they have against what the server has, room by room and user by user. */
import { type Output, operations } from "@pipit/protocol/operations";
import type { z } from "zod";
import { inParallel } from "../load/pairs.ts";
import type { RestClient } from "../wire/rest-client.ts";
import { checkConvergence, checkInfo, checkListed, type FreshRoom, type ListedRoom } from "./check-room.ts";
import type { Crowd, CrowdRoom } from "./crowd.ts";
import type { Verdict } from "./crowd-orders.ts";
import type { FullEntry } from "./send-history.ts";

const pageSize = 100;
const roomsAtOnce = 4;
/** Messages of each room whose list of readers is counted anew. */
const infosOfEach = 1;
const maxProblems = 200;

/** What is wrong, one sentence each. The clients say and ask nothing meanwhile. */
export async function verifyCrowd(crowd: Crowd, urls: readonly string[]): Promise<Verdict> {
  await crowd.becomeQuiet();
  const problems: string[] = [];
  const note = (found: readonly string[]): void => {
    problems.push(...found.slice(0, maxProblems - problems.length));
  };
  const lists = new Map<string, Map<string, ListedRoom>>();
  await inParallel(
    crowd.clients,
    async ({ userId }, place) => {
      lists.set(userId, await readList(crowd.restOf(userId, urls[place % urls.length])));
    },
    roomsAtOnce,
  );
  let messages = 0;
  await inParallel(
    crowd.rooms,
    async (room, place) => {
      const fresh = await readRoom(crowd, room, urls[place % urls.length]);
      messages += fresh.messages.length;
      note(crowd.history.check(room.id, fresh.messages));
      for (const member of room.members) {
        const view = member.viewOf(room.id);
        note(view ? checkConvergence(member.userId, view, fresh) : [`${member.userId} does not know ${room.id}`]);
        const listed = lists.get(member.userId)?.get(room.id);
        note(listed ? checkListed(member.userId, listed, fresh) : [`${room.id} is not listed for ${member.userId}`]);
      }
      for (const message of fresh.messages.filter(hasInfo).slice(-infosOfEach)) {
        const path = `/messages/${message.id}/info`;
        const info = (await crowd.restOf(message.sender_id).call("GET", path)) as Output<"messages.info">;
        note(checkInfo(message, info, fresh));
      }
    },
    roomsAtOnce,
  );
  return { problems, rooms: crowd.rooms.length, messages, devices: crowd.clients.length };
}

function hasInfo(message: FullEntry): boolean {
  return message.message_type !== "system" && !message.is_deleted;
}

type Whole = FreshRoom & { messages: z.output<(typeof operations)["messages.list"]["output"]> };

/** A room as a device that has nothing reads it, by one of its members. */
async function readRoom(crowd: Crowd, { id, members }: CrowdRoom, url: string | undefined): Promise<Whole> {
  const rest = crowd.restOf(members[0]?.userId ?? "", url);
  const messages: Whole["messages"] = [];
  for (let isWhole = false; !isWhole; ) {
    const after = messages.at(-1)?.sequence_number ?? 0;
    const data = await rest.call("GET", `/rooms/${id}/messages?after=${after}&limit=${pageSize}`);
    const page = operations["messages.list"].output.parse(data);
    messages.push(...page);
    isWhole = page.length < pageSize;
  }
  const synced = operations["sync.messages"].output.parse(await rest.call("POST", "/sync/messages", { room_id: id }));
  const marks = new Map(
    (synced.receipts ?? []).map((mark) => [
      mark.user_id,
      { delivered: mark.delivered_sequence, read: mark.read_sequence },
    ]),
  );
  return { roomId: id, messages, marks, lastChange: synced.last_change };
}

/** A user's rooms, as a device that has nothing is told of them. */
async function readList(rest: RestClient): Promise<Map<string, ListedRoom>> {
  const rooms = new Map<string, ListedRoom>();
  let cursor: string | undefined;
  for (;;) {
    const page = (await rest.call("POST", "/sync/chats", { cursor, limit: pageSize })) as Output<"sync.chats">;
    for (const room of page.rooms) rooms.set(room.id, room);
    if (!page.has_more) return rooms;
    cursor = page.cursor;
  }
}
