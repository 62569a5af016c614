/** [P7] Who hears that somebody writes, how often, and until when. */
import type { Socket } from "socket.io-client";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createFakeClock, createLastingPerson, type FakeClock } from "../../../test/setup/fake-clock.ts";
import { ask, type Listener, listenTo, once } from "../../../test/setup/listening.ts";
import { waitForSockets } from "../../../test/setup/open-sockets.ts";
import { makeGroup } from "../../../test/setup/talk.ts";
import { type Person, startTestServer, type TestServer } from "../../../test/setup/test-server.ts";

let clock: FakeClock;
let server: TestServer;
let ada: Person;
let bob: Person;
let phone: Listener;
let laptop: Listener;
let bobs: Listener;
let room: string;
let isLoadHigh: boolean;

beforeAll(async () => {
  clock = createFakeClock();
  const load = { isHigh: () => isLoadHigh, noteSockets: () => {}, close: () => {} };
  server = await startTestServer({ clock, timers: clock, load });
});
afterAll(() => server.close());

const sockets: Socket[] = [];
let tests = 0;

/** People of a test's own, on a server that all share. */
beforeEach(async () => {
  tests += 1;
  isLoadHigh = false;
  ada = await createLastingPerson(server, `ada-${tests}`);
  bob = await createLastingPerson(server, `bob-${tests}`);
  room = await makeGroup(ada, [bob.id]);
  phone = await listen(ada);
  laptop = await listen(ada);
  bobs = await listen(bob);
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.disconnect();
  await waitForSockets(server, 0);
  clock.pass(60);
});

async function listen(person: Person): Promise<Listener> {
  const socket = await server.socket(person);
  sockets.push(socket);
  return listenTo(socket);
}

type Kind = "text" | "voice";

async function type(socket: Socket, kind?: Kind): Promise<void> {
  expect(await ask(socket, "user:typing", { room_id: room, ...(kind && { kind }) })).toEqual({
    success: true,
    data: {},
  });
}

async function stop(socket: Socket, kind?: Kind): Promise<void> {
  const reply = await ask(socket, "user:stop_typing", { room_id: room, ...(kind && { kind }) });
  expect(reply).toEqual({ success: true, data: {} });
}

/** What a socket was told of typing, in order: `ada text`, or `ada text stops`. */
async function hears(listener: Listener): Promise<string[]> {
  await listener.settle();
  return listener.heard.flatMap(({ event, payload }) => {
    if (event !== "user:typing" && event !== "user:stop_typing") return [];
    expect(payload).toEqual({ room_id: room, user_id: expect.any(String), kind: expect.any(String) });
    const [name] = payload.user_id.split("-");
    return `${name} ${payload.kind}${event === "user:typing" ? "" : " stops"}`;
  });
}

describe("[P7] typing", () => {
  it("is told to the room's other sockets, the user's own too, and so is that it is over", async () => {
    const outsider = await listen(await createLastingPerson(server, "eve"));
    await type(phone.socket);
    await type(phone.socket, "voice");
    await stop(phone.socket);
    await stop(phone.socket, "voice");
    const told = ["ada text", "ada voice", "ada text stops", "ada voice stops"];
    expect(await hears(bobs)).toEqual(told);
    expect(await hears(laptop)).toEqual(told);
    expect(await hears(phone)).toEqual([]);
    expect(await hears(outsider)).toEqual([]);
  });

  it("needs no callback, and is answered by nothing then; a failure by presence:error", async () => {
    phone.socket.emit("user:typing", { room_id: room });
    phone.socket.emit("user:stop_typing", { room_id: room });
    await phone.settle();
    expect(await hears(bobs)).toEqual(["ada text", "ada text stops"]);
    expect(phone.heard).toEqual([]);
    const failure = once(phone.socket, "presence:error");
    phone.socket.emit("user:typing", { room_id: "nowhere" });
    expect(await failure).toMatchObject({ code: "not_found" });
  });

  it("is told once a second at most for a user, room and kind, over all their sockets", async () => {
    for (let n = 0; n < 10; n += 1) {
      await type(phone.socket);
      await type(laptop.socket);
      await type(bobs.socket);
      clock.pass(0.2);
    }
    await type(phone.socket, "voice");
    expect(await hears(bobs)).toEqual(["ada text", "ada text", "ada voice"]);
    expect((await hears(phone)).filter((told) => told === "bob text")).toHaveLength(2);
  });

  it("is not told more often by stopping in between, and a stop is told only of what was told", async () => {
    for (let n = 0; n < 5; n += 1) {
      await type(phone.socket);
      await stop(phone.socket);
      await stop(phone.socket);
      clock.pass(0.15);
    }
    expect(await hears(bobs)).toEqual(["ada text", "ada text stops"]);
    clock.pass(1);
    await type(phone.socket);
    expect(await hears(bobs)).toEqual(["ada text", "ada text stops", "ada text"]);
  });

  it("is over after 5 s without another word, and goes on with one", async () => {
    await type(phone.socket);
    clock.pass(4);
    await type(phone.socket);
    clock.pass(4.5);
    expect(await hears(bobs)).toEqual(["ada text", "ada text"]);
    clock.pass(0.6);
    expect(await hears(bobs)).toEqual(["ada text", "ada text", "ada text stops"]);
    await stop(phone.socket);
    clock.pass(60);
    expect(await hears(bobs)).toHaveLength(3);
  });

  it("is over when the socket goes, unless it goes on at another", async () => {
    await type(phone.socket);
    clock.pass(1);
    await type(laptop.socket);
    phone.socket.disconnect();
    await waitForSockets(server, 2);
    expect(await hears(bobs)).toEqual(["ada text", "ada text"]);
    laptop.socket.disconnect();
    await waitForSockets(server, 1);
    expect(await hears(bobs)).toEqual(["ada text", "ada text", "ada text stops"]);
    clock.pass(60);
    expect(await hears(bobs)).toHaveLength(3);
  });

  it("[G9] of one who was removed is not told any more, nor that it is over", async () => {
    await type(bobs.socket);
    await ada.rest.delete(`/rooms/${room}/members/${bob.id}`);
    clock.pass(2);
    for (const event of ["user:typing", "user:stop_typing"]) {
      expect(await ask(bobs.socket, event, { room_id: room })).toMatchObject({ code: "not_found" });
    }
    clock.pass(60);
    expect(await hears(phone)).toEqual(["bob text"]);
  });

  it("[G9] of one who was removed is not told that it is over when the socket goes, either", async () => {
    await type(bobs.socket);
    await ada.rest.delete(`/rooms/${room}/members/${bob.id}`);
    bobs.socket.disconnect();
    await waitForSockets(server, 2);
    clock.pass(60);
    expect(await hears(phone)).toEqual(["bob text"]);
  });

  it("[G9] in a room of others, or none, is not_found, and told to nobody", async () => {
    const eve = await listen(await createLastingPerson(server, "eve"));
    const twin = await listen(await createLastingPerson(server, ada.id, "elsewhere"));
    for (const socket of [eve.socket, twin.socket]) {
      for (const room_id of [room, "nowhere", room.toUpperCase(), crypto.randomUUID(), `${room}/text`]) {
        expect(await ask(socket, "user:typing", { room_id })).toMatchObject({ code: "not_found" });
        expect(await ask(socket, "user:stop_typing", { room_id })).toMatchObject({ code: "not_found" });
      }
    }
    for (const listener of [phone, laptop, bobs]) expect(await hears(listener)).toEqual([]);
  });

  it("[G11] is the first to be dropped under load; that it is over is still told", async () => {
    await type(phone.socket);
    isLoadHigh = true;
    clock.pass(2);
    await type(phone.socket);
    await type(phone.socket, "voice");
    await stop(phone.socket);
    expect(await hears(bobs)).toEqual(["ada text", "ada text stops"]);
    isLoadHigh = false;
    await type(phone.socket, "voice");
    expect(await hears(bobs)).toEqual(["ada text", "ada text stops", "ada voice"]);
  });
});
