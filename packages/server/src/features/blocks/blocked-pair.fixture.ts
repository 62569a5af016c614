/** One who is blocked beside one whose peer is away: what each does, and all that they get to see of it. */
import fc from "fast-check";
import { type Listener, listenTo } from "../../../test/setup/listening.ts";
import { makeDirect, say } from "../../../test/setup/talk.ts";
import type { Person, TestServer } from "../../../test/setup/test-server.ts";

/** `me` does things at one socket and over REST; `laptop` is another socket of theirs. */
export type Side = { me: Person; peer: Person; room: string; phone: Listener; laptop: Listener };

export type Step =
  | {
      kind:
        | "send"
        | "typing"
        | "presence"
        | "list"
        | "room"
        | "rooms"
        | "chats"
        | "sync"
        | "begin"
        | "poll"
        | "mention";
    }
  | { kind: "reply" | "edit" | "delete" | "hide" | "react" | "unreact" | "star" | "pin" | "unpin"; which: number }
  | { kind: "vote" | "info" | "get" | "forward" | "read" | "deliver"; which: number };

const which = fc.nat(12);
const plain = ["typing", "presence", "list", "room", "rooms", "chats", "sync", "begin", "poll", "mention"] as const;
const about = ["reply", "edit", "delete", "hide", "react", "unreact", "star", "pin", "unpin", "vote"] as const;
const looking = ["info", "get", "forward", "read", "deliver"] as const;

export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant("send" as const) }) },
    { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom(...plain) }) },
    { weight: 5, arbitrary: fc.record({ kind: fc.constantFrom(...about), which }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom(...looking), which }) },
  ),
  { minLength: 10, maxLength: 25 },
);

/** Two who have spoken. */
export async function makeSide(server: TestServer, me: Person, peer: Person): Promise<Side> {
  const room = await makeDirect(me, peer.id);
  await say(me, room, "hello");
  await say(peer, room, "hi");
  await say(me, room, "still there?");
  await me.rest.post(`/rooms/${room}/receipts`, { kind: "read", up_to_sequence: 3 });
  return { me, peer, room, phone: listenTo(await server.socket(me)), laptop: listenTo(await server.socket(me)) };
}

/** Does a step. @returns the reply, and what the user's sockets have heard since the last one */
export async function take({ me, peer, room, phone, laptop }: Side, step: Step): Promise<unknown> {
  const reply = step.kind === "typing" ? await type(phone, room) : await ask(me.rest, peer, room, step);
  for (const listener of [phone, laptop]) await listener.settle();
  return { reply, phone: phone.heard.splice(0), laptop: laptop.heard.splice(0) };
}

async function type(phone: Listener, room: string): Promise<unknown> {
  const begun = await phone.socket.emitWithAck("user:typing", { room_id: room });
  return [begun, await phone.socket.emitWithAck("user:stop_typing", { room_id: room })];
}

const poll = { question: "When?", options: ["now", "later"] };
const thumb = encodeURIComponent("👍");

// What happens to have been said at that place by then, or nothing.
async function ask(rest: Person["rest"], peer: Person, room: string, step: Step): Promise<unknown> {
  const messages = `/rooms/${room}/messages`;
  const message = "which" in step ? `/messages/${room}.${step.which + 1}` : "";
  const replyTo = "which" in step ? `${room}.${step.which + 1}` : "";
  const calls: Record<Exclude<Step["kind"], "typing">, () => ReturnType<Person["rest"]["get"]>> = {
    send: () => rest.post(messages, { content: "hear me" }),
    mention: () => rest.post(messages, { content: `hear me, @[${peer.id}]` }),
    poll: () => rest.post(messages, { meta_data: { poll } }),
    presence: () => rest.get(`/users/${peer.id}/presence`),
    list: () => rest.get(messages),
    room: () => rest.get(`/rooms/${room}`),
    rooms: () => rest.get("/rooms"),
    chats: () => rest.post("/sync/chats", {}),
    sync: () => rest.post("/sync/messages", { room_id: room, since_change: 1 }),
    begin: () => rest.post("/rooms", { type: "direct", member_ids: [peer.id] }),
    reply: () => rest.post(messages, { content: "and?", reply_to: replyTo }),
    edit: () => rest.put(message, { content: "hear me!" }),
    delete: () => rest.delete(`${message}?for=everyone`),
    hide: () => rest.delete(`${message}?for=me`),
    react: () => rest.post(`${message}/reactions/${thumb}`),
    unreact: () => rest.delete(`${message}/reactions/${thumb}`),
    star: () => rest.post(`${message}/star`),
    pin: () => rest.put(`${message}/pin`, { duration: "24h" }),
    unpin: () => rest.delete(`${message}/pin`),
    vote: () => rest.put(`${message}/vote`, { option_ids: [1] }),
    info: () => rest.get(`${message}/info`),
    get: () => rest.get(message),
    forward: () => rest.post(`${message}/forward`, { target_room_ids: [room] }),
    read: () => rest.put(`${message}/seen`),
    deliver: () => rest.put(`${message}/delivered`),
  };
  if (step.kind === "typing") throw new Error("typing is no request");
  const { status, body } = await calls[step.kind]();
  if (body.error?.includes("no such path")) throw new Error(`${step.kind} is no request`);
  return { status, body };
}

const moment = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g;

/** The same for both sides: without the names of people and rooms, times, and what is another with each request. */
export function toComparable({ me, peer, room }: Side, seen: unknown): unknown {
  const text = JSON.stringify(seen, (key, value) => (key === "request_id" || key === "cursor" ? undefined : value));
  const named = text.replaceAll(room, "ROOM").replaceAll(me.id, "ME").replaceAll(peer.id, "PEER");
  return JSON.parse(named.replaceAll(moment, "TIME"));
}
