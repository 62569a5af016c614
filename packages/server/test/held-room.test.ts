/** A room that another transaction holds: a paused node, a slow change, somebody at a psql prompt. */
import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Person, startTestServer, type TestServer } from "./setup/test-server.ts";

let server: TestServer;
let holder: pg.Client;
let ada: Person;

beforeAll(async () => {
  server = await startTestServer({ databasePoolSize: 4 });
  ada = await server.person("ada");
  holder = new pg.Client(server.databaseUrl);
  await holder.connect();
});
afterEach(() => holder.query("rollback"));
afterAll(async () => {
  await holder.end();
  await server.close();
});

async function group(): Promise<string> {
  return (await ada.rest.post("/rooms", { type: "group", name: "G" })).body.data.id;
}

async function hold(roomId: string): Promise<void> {
  await holder.query("begin");
  await holder.query("select 1 from rooms where id = $1 for update", [roomId]);
}

function send(roomId: string, content: string) {
  return ada.rest.post(`/rooms/${roomId}/messages`, { content, client_message_id: content });
}

/** Waits until so many sessions of the server wait for a lock. */
async function untilWaiting(sessions: number): Promise<void> {
  for (;;) {
    // Within a transaction, the view would show what it showed first.
    await holder.query("select pg_stat_clear_snapshot()");
    const { rows } = await holder.query(
      "select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    );
    if (rows[0].n >= sessions) return;
  }
}

describe("a room that is held", () => {
  it("[G11] holds up no other room's sends and receipts, and keeps its own in order", async () => {
    const [held, free] = [await group(), await group()];
    const socket = await server.socket(ada);
    const emit = (content: string) =>
      socket.emitWithAck("message:send", { room_id: held, content, client_message_id: content });
    await hold(held);
    const waiting = ["a", "b", "c"].map(emit);
    const receipt = ada.rest.post(`/rooms/${held}/receipts`, { kind: "read", up_to_sequence: 1 });
    for (const content of ["x", "y"]) expect((await send(free, content)).status).toBe(201);
    expect((await ada.rest.post(`/rooms/${free}/receipts`, { kind: "read", up_to_sequence: 2 })).status).toBe(200);
    const later = emit("d");
    await holder.query("rollback");
    const replies = await Promise.all([...waiting, later]);
    expect(replies.map((reply) => reply.data.sequence_number)).toEqual([1, 2, 3, 4]);
    expect((await receipt).status).toBe(200);
    expect((await send(held, "a")).body.data).toMatchObject({ sequence_number: 1, duplicate: true });
  });

  it("[G9] is to an outsider what a missing room is, at once", async () => {
    const held = await group();
    const eve = await server.person("eve");
    await hold(held);
    const tries = [
      eve.rest.post(`/rooms/${held}/messages`, { content: "?" }),
      eve.rest.post(`/rooms/${held}/receipts`, { kind: "read", up_to_sequence: 1 }),
      eve.rest.patch(`/rooms/${held}`, { name: "?" }),
      eve.rest.post(`/messages/${held}.1/reactions/${encodeURIComponent("👍")}`),
    ];
    // The room is held until all have been answered.
    expect((await Promise.all(tries)).map((reply) => reply.body.code)).toEqual(Array(4).fill("not_found"));
  });

  it("[G11] takes one connection, however many want to change it", async () => {
    const held = await group();
    await send(held, "m");
    await hold(held);
    const reactions = ["👍", "🎉", "🙏", "👀", "🔥", "💯"].map((emoji) =>
      ada.rest.post(`/messages/${held}.1/reactions/${encodeURIComponent(emoji)}`),
    );
    await untilWaiting(1);
    expect((await ada.rest.get("/users/me")).status).toBe(200);
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
    await holder.query("rollback");
    expect((await Promise.all(reactions)).map((reply) => reply.status)).toEqual([200, 200, 200, 200, 200, 200]);
  });

  it("a connection that is cut in the middle of a change costs that change, not the server", async () => {
    const held = await group();
    await send(held, "m");
    await hold(held);
    const reaction = ada.rest.post(`/messages/${held}.1/reactions/${encodeURIComponent("👍")}`);
    await untilWaiting(1);
    await holder.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    );
    expect((await reaction).body.code).toBe("unavailable");
    await holder.query("rollback");
    expect((await ada.rest.get(`/messages/${held}.1`)).body.data.reactions).toEqual([]);
  });
});
