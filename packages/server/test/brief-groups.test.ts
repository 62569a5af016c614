/**
 * The customer's own paths, events and payloads for groups and message management (sections 4 and 5 of their paper), as
 * their clients use them: over REST, over the socket with an acknowledgement callback, and without one.
 */
import type { Socket } from "socket.io-client";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ask, once } from "./setup/listening.ts";
import { makeGroup, say } from "./setup/talk.ts";
import { type Person, startTestServer, type TestServer } from "./setup/test-server.ts";

let server: TestServer;
let ada: Person;
let bob: Person;
let phone: Socket;
let other: Socket;
let room_id: string;
let message_id: string;
let targets: string[];

beforeAll(async () => {
  server = await startTestServer();
  [ada, bob] = await Promise.all([server.person("ada"), server.person("bob"), server.person("carl")]);
  await ada.rest.patch("/users/me", { name: "Ada Lovelace" });
  phone = await server.socket(ada);
  other = await server.socket(bob);
});
afterAll(() => server.close());
beforeEach(async () => {
  room_id = await makeGroup(ada, ["bob"]);
  targets = await Promise.all([1, 2, 3].map(() => makeGroup(ada, ["bob"])));
  message_id = (await say(ada, room_id, "worth it")).id;
});

/** Emits as the paper does, and takes what the named event brings. */
async function emit(socket: Socket, event: string, payload: object, reply: string) {
  const answer = once(socket, reply);
  socket.emit(event, payload);
  return answer;
}

type Way = "REST" | "callback" | "event";
const ways: Way[] = ["REST", "callback", "event"];

async function call(
  way: Way,
  rest: () => Promise<{ body: { data: unknown } }>,
  socket: () => [string, object, string],
) {
  if (way === "REST") return (await rest()).body.data;
  const [event, payload, reply] = socket();
  if (way === "event") return emit(phone, event, payload, reply);
  const envelope = await ask(phone, event, payload);
  expect(envelope.success).toBe(true);
  return envelope.data;
}

describe.each(ways)("by %s", (way) => {
  it("POST /messages/:message_id/forward, message:forward → message:forwarded", async () => {
    const input = { target_room_ids: targets };
    const told = await call(
      way,
      () => ada.rest.post(`/messages/${message_id}/forward`, input),
      () => ["message:forward", { message_id, ...input }, "message:forwarded"],
    );
    expect(told).toEqual({ forwarded_count: 3, message_ids: targets.map((id) => `${id}.1`), failed: [] });
    const [copy] = (await bob.rest.get(`/rooms/${targets[0]}/messages`)).body.data;
    expect(copy).toMatchObject({
      content: "worth it",
      forwarded_from: message_id,
      meta_data: {
        forward_info: {
          original_sender_id: "ada",
          original_sender_name: "Ada Lovelace",
          forward_chain_length: 1,
        },
      },
    });
    expect((await bob.rest.get(`/messages/${message_id}`)).body.data.forwarded_count).toBe(3);
  });

  it("POST /messages/:message_id/star, message:star → message:starred: it toggles", async () => {
    for (const is_starred of [true, false, true]) {
      const told = await call(
        way,
        () => ada.rest.post(`/messages/${message_id}/star`),
        () => ["message:star", { message_id }, "message:starred"],
      );
      expect(told).toMatchObject({ is_starred, message_id });
    }
    const found = (await ada.rest.get(`/messages/${message_id}`)).body.data;
    expect(found).toMatchObject({ starred_by: ["ada"], is_starred: true });
    expect((await bob.rest.get(`/messages/${message_id}`)).body.data.starred_by).toBeUndefined();
  });

  it("GET /messages/starred?room_id=, message:starred:list → message:starred:list:response", async () => {
    await ada.rest.put(`/messages/${message_id}/star`);
    const told = await call(
      way,
      () => ada.rest.get(`/messages/starred?room_id=${room_id}&page=1&limit=20`),
      () => ["message:starred:list", { room_id, page: 1, limit: 20 }, "message:starred:list:response"],
    );
    const list = way === "event" ? (told as { data: unknown }).data : told;
    expect(list).toMatchObject([{ id: message_id, is_starred: true }]);
    if (way === "event") expect(told).toMatchObject({ pagination: { page: 1, limit: 20, total: 1, has_more: false } });
  });

  it("GET /messages/:message_id/info, message:info → message:info:response", async () => {
    await bob.rest.put(`/messages/${message_id}/seen`);
    const told = await call(
      way,
      () => ada.rest.get(`/messages/${message_id}/info`),
      () => ["message:info", { message_id }, "message:info:response"],
    );
    const receipts = [{ user_id: "bob", timestamp: expect.any(String) }];
    expect(told).toMatchObject({ delivered_to: receipts, seen_by: receipts, total_recipients: 1 });
  });

  it("group:leave → group:left, and group:removed for who is removed", async () => {
    const removed = once(other, "group:removed");
    await ada.rest.delete(`/rooms/${targets[0]}/members/bob`);
    expect(await removed).toEqual({ room_id: targets[0], removed_by: "ada" });
    // So that the phone has heard of that one's going, too.
    await ask(phone, "unread:get", {});
    const heard = once(other, "group:left");
    const told = await call(
      way,
      () => ada.rest.post(`/rooms/${room_id}/leave`),
      () => ["group:leave", { room_id }, "group:left"],
    );
    expect(told).toMatchObject({ success: true, room_id, left_at: expect.any(String) });
    expect(await heard).toMatchObject({ room_id, user_id: "ada" });
  });

  it("group:join:confirm → group:joined", async () => {
    const { room_id: joined } = await inviteAda();
    const heard = once(other, "group:joined");
    const told = await call(
      way,
      () => ada.rest.post(`/rooms/${joined}/join`),
      () => ["group:join:confirm", { room_id: joined }, "group:joined"],
    );
    expect(told).toMatchObject({ success: true, room_id: joined, joined_at: expect.any(String) });
    expect(await heard).toMatchObject({ room_id: joined, user_id: "ada" });
  });
});

async function inviteAda(): Promise<{ room_id: string }> {
  const invited = await makeGroup(bob);
  expect((await bob.rest.post(`/rooms/${invited}/invitations`, { user_id: "ada" })).body.success).toBe(true);
  return { room_id: invited };
}

it("notification:mention brings the paper's fields", async () => {
  const told = once(other, "notification:mention");
  const { id } = await say(ada, room_id, "@bob, look at this", { meta_data: { mentions: ["bob"] } });
  expect(await told).toEqual({
    roomId: room_id,
    messageId: id,
    mentionedBy: "ada",
    mentionedByName: "Ada Lovelace",
    content: "@bob, look at this",
  });
});

describe("what is refused is told by the paper's error events", () => {
  const cases: [event: string, payload: object, error: string][] = [
    ["message:forward", { message_id: "nothing", target_room_ids: ["x"] }, "message:forward:error"],
    ["message:forward", { message_id: "nothing" }, "message:forward:error"],
    ["message:star", { message_id: "nothing" }, "message:star:error"],
    ["message:starred:list", { room_id: "nothing" }, "message:star:error"],
    ["message:info", { message_id: "nothing" }, "message:error"],
    ["group:leave", { room_id: "nothing" }, "room:error"],
    ["group:join:confirm", { room_id: "nothing" }, "room:error"],
  ];
  it.each(cases)("%s %j", async (event, payload, error) => {
    const told = await emit(phone, event, payload, error);
    expect(told).toMatchObject({
      error: expect.any(String),
      code: expect.stringMatching(/^(not_found|invalid_request)$/),
    });
    expect(await ask(phone, event, payload)).toMatchObject({ success: false, code: told.code });
  });
});
