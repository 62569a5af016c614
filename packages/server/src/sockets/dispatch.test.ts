/** The socket door: how it answers, with an acknowledgement callback and without. */
import type { Operation } from "@pipit/protocol/operation";
import { operations } from "@pipit/protocol/operations";
import type { Socket } from "socket.io-client";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ask, listenTo, once } from "../../test/setup/listening.ts";
import { makeGroup, readHistory, say, viewMessage, viewRoom } from "../../test/setup/talk.ts";
import { type Person, startTestServer, type TestServer } from "../../test/setup/test-server.ts";

const maxFrameBytes = 100_000;
let server: TestServer;
let ada: Person;
let socket: Socket;
let room: string;

beforeAll(async () => {
  server = await startTestServer({ maxFrameBytes });
  [ada] = await Promise.all([server.person("ada"), server.person("bob")]);
});
afterAll(() => server.close());
beforeEach(async () => {
  socket = await server.socket(ada);
  room = await makeGroup(ada, ["bob"]);
});

describe("answers", () => {
  it("[W2] an acknowledgement callback gets the envelope that REST gives", async () => {
    const { id } = await say(ada, room, "hello");
    const edited = await ask(socket, "message:edit", { message_id: id, content: "hi" });
    expect(edited).toEqual({ success: true, data: await viewMessage(ada, id) });
    const page = await ask(socket, "message:history", { room_id: room });
    expect(page).toEqual((await ada.rest.get(`/rooms/${room}/messages`)).body);
    const refused = await ask(socket, "message:edit", { message_id: `${room}.99`, content: "hi" });
    const { body } = await ada.rest.put(`/messages/${room}.99`, { content: "hi" });
    expect(refused).toEqual({ ...body, request_id: expect.any(String) });
    expect(refused.request_id).not.toBe(body.request_id);
  });

  it("[W2] without one, the reply event carries the bare data", async () => {
    const sent = once(socket, "message:sent");
    socket.emit("message:send", { room_id: room, content: "hello" });
    expect(await sent).toEqual({ ...(await viewMessage(ada, `${room}.1`)), duplicate: false });
    const history = once(socket, "message:history:response");
    socket.emit("message:history", { room_id: room });
    expect(await history).toEqual(await readHistory(ada, room));
  });

  it("[W2] and the error event the failure", async () => {
    const told = once(socket, "message:error");
    socket.emit("message:send", { room_id: room, content: "" });
    const { body } = await ada.rest.post(`/rooms/${room}/messages`, { content: "" });
    const { success: _, ...failure } = body;
    expect(await told).toEqual({ ...failure, request_id: expect.any(String) });
  });

  it("[W2] each operation has a reply event and an error event that its own event is not", () => {
    for (const [name, { socket: door }] of Object.entries<Operation>(operations)) {
      if (door) expect(new Set([door.event, door.reply, door.error]).size, name).toBe(3);
    }
  });

  it("[W3] an event that names no operation gets request:error, or its callback does", async () => {
    const failure = { code: "invalid_request", error: expect.any(String), request_id: expect.any(String) };
    expect(await ask(socket, "message:sent", {})).toEqual({ success: false, ...failure });
    const told = once(socket, "request:error");
    socket.emit("no:such:event", {});
    expect(await told).toEqual(failure);
  });
});

describe("input", () => {
  it("[W4] unknown fields are ignored, known ones are checked", async () => {
    const body = { room_id: room, content: "hi", unknown: { any: ["thing"] }, sender_id: "bob" };
    expect(await ask(socket, "message:send", body)).toMatchObject({ success: true, data: { sender_id: "ada" } });
    expect(await ask(socket, "message:send", { ...body, content: 5 })).toMatchObject({
      code: "invalid_request",
      details: [{ path: "content" }],
    });
  });

  it("[W5] NUL, half a pair, too deep and too many are refused, and the socket lives on", async () => {
    const nest = (depth: number): unknown => (depth === 0 ? [] : [nest(depth - 1)]);
    for (const unknown of ["a\0", "\ud83d", nest(17), new Array(20_001).fill(1)]) {
      expect((await ask(socket, "message:send", { room_id: room, content: "hi", unknown })).code).toBe(
        "invalid_request",
      );
    }
    expect(await ask(socket, "message:send", { room_id: room, content: "hi" })).toMatchObject({ success: true });
  });

  it("[W5] a frame over the limit ends its socket, and no other", async () => {
    const other = await server.socket(ada);
    const ended = new Promise((resolve) => socket.once("disconnect", resolve));
    socket.emit("message:send", { room_id: room, content: "hi", unknown: "x".repeat(maxFrameBytes) });
    expect(await ended).toBe("transport close");
    expect(await ask(other, "unread:get", {})).toMatchObject({ success: true });
    expect(await readHistory(ada, room)).toEqual([]);
  });
});

type Case = [event: string, input: () => object, others: string[]];

describe("[W8] the socket that asked gets the reply, the user's other sockets the event:", () => {
  // What follows from a request besides its own event, a system message, all of them hear.
  const cases: Case[] = [
    ["message:send", () => ({ room_id: room, content: "hi" }), ["message:receive"]],
    ["message:edit", () => ({ message_id: `${room}.1`, content: "hi" }), ["message:edit:update"]],
    ["message:delete", () => ({ message_id: `${room}.1` }), ["message:delete:update"]],
    ["message:delete", () => ({ message_id: `${room}.1`, for: "me" }), ["account:update"]],
    ["message:reaction:add", () => ({ message_id: `${room}.1`, emoji: "👍" }), ["message:reaction:update"]],
    ["message:delivered", () => ({ message_id: `${room}.2` }), ["message:delivered:update"]],
    ["message:seen", () => ({ message_id: `${room}.2` }), ["message:seen:update"]],
    ["group:create", () => ({ name: "New" }), ["room:created"]],
    ["chat:create", () => ({ user_id: "bob" }), ["room:created"]],
    ["group:update", () => ({ room_id: room, name: "New" }), ["group:updated"]],
    ["group:join", () => ({ room_id: room, user_id: "carl" }), ["group:joined"]],
    ["group:leave", () => ({ room_id: room }), ["group:left"]],
  ];

  it.each(cases)("%s", async (event, input, others) => {
    await server.person("carl");
    await say(ada, room, "ada's");
    await say(await server.person("bob"), room, "bob's");
    // What was told before must not count.
    await ask(socket, "unread:get", {});
    const [asker, laptop] = [listenTo(socket), listenTo(await server.socket(ada))];
    expect(await ask(socket, event, input())).toMatchObject({ success: true });
    const withoutRecord = (names: string[]) =>
      event.startsWith("message") ? names : names.filter((name) => name !== "message:receive");
    expect(withoutRecord(await laptop.settle())).toEqual(others);
    expect(withoutRecord(await asker.settle())).toEqual([]);
  });

  it("over REST, all sockets get it", async () => {
    await ask(socket, "unread:get", {});
    const listeners = [listenTo(socket), listenTo(await server.socket(ada))];
    await say(ada, room, "hello");
    for (const listener of listeners) expect(await listener.settle()).toEqual(["message:receive"]);
    expect(await viewRoom(ada, room)).toMatchObject({ last_sequence: 1 });
  });
});
