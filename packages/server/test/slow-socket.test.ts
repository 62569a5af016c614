/** [G11] A socket that stops reading while its room is busy: it is cut, the memory stays bounded, others notice nothing. */

import { io, type Socket } from "socket.io-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../src/clock.ts";
import { createTokenIssuer } from "../src/identity/issue-token.ts";
import { createRest, type Rest } from "./setup/rest-client.ts";
import { type ServerProcess, startServerProcess } from "./setup/server-process.ts";
import { openStalledSocket } from "./setup/stalled-socket.ts";
import { createTestDatabase, type TestDatabase } from "./setup/test-database.ts";
import { testSecret } from "./setup/test-server.ts";

const megabyte = 2 ** 20;
const cutWithinMs = 6_000;
// Three bytes a character: 30 KB a message, so that what the kernels buffer fills soon.
const content = "€".repeat(10_000);

let database: TestDatabase;
let server: ServerProcess;
const sockets: Socket[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  server = await startServerProcess({ DATABASE_URL: database.url, PIPIT_RATE_LIMITS: "off" });
});
afterAll(async () => {
  for (const socket of sockets) socket.disconnect();
  await server?.end("SIGKILL");
  await database?.drop();
});

const tokens = createTokenIssuer(testSecret, systemClock);

async function signIn(userId: string): Promise<{ token: string; rest: Rest }> {
  const { token } = await tokens.issue({ tenantId: "default", userId }, 600);
  const rest = createRest(server.url, token);
  await rest.get("/users/me");
  return { token, rest };
}

async function connect(token: string): Promise<Socket> {
  const socket = io(server.url, { auth: { token }, transports: ["websocket"], forceNew: true, reconnection: false });
  sockets.push(socket);
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("connect_error", reject);
  });
  return socket;
}

async function measure(name: string): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  const value = text.split("\n").find((line) => line.startsWith(`${name} `));
  if (value === undefined) throw new Error(`there is no ${name}`);
  return Number(value.slice(name.length));
}

const countSockets = () => measure("pipit_sockets");
const memory = () => measure("process_resident_memory_bytes");

type Flood = { sent: string[]; heard: string[]; slowestMs: number; memory: number; tookMs: number };

/** Sends until `isDone`, four at a time, while a bystander listens. */
async function floodUntil(
  room: string,
  from: Socket,
  bystander: Socket,
  isDone: () => Promise<boolean>,
): Promise<Flood> {
  const flood: Flood = { sent: [], heard: [], slowestMs: 0, memory: 0, tookMs: 0 };
  const startedAt = performance.now();
  const listen = ({ id }: { id: string }) => flood.heard.push(id);
  bystander.on("message:receive", listen);
  do {
    const round = performance.now();
    const sends = [1, 2, 3, 4].map(() => from.timeout(10_000).emitWithAck("message:send", { room_id: room, content }));
    for (const reply of await Promise.all(sends)) flood.sent.push(reply.data.id);
    flood.slowestMs = Math.max(flood.slowestMs, performance.now() - round);
    flood.memory = Math.max(flood.memory, await memory());
    flood.tookMs = performance.now() - startedAt;
  } while (!(await isDone()) && flood.tookMs < 20_000);
  await bystander.timeout(10_000).emitWithAck("unread:get", {});
  bystander.off("message:receive", listen);
  return flood;
}

describe("[G11] a socket that stops reading", () => {
  it("is cut within seconds; others miss nothing and wait for nothing; its memory is given back", async () => {
    const [ada, bob, slow] = [await signIn("ada"), await signIn("bob"), await signIn("slow")];
    const body = { type: "group", name: "Busy", member_ids: ["bob", "slow"] };
    const room = (await ada.rest.post("/rooms", body)).body.data.id;
    const [sender, bystander] = [await connect(ada.token), await connect(bob.token)];
    // What a busy server needs anyway is not what the slow socket costs.
    await floodUntil(room, sender, bystander, async () => true);
    const before = { sockets: await countSockets(), memory: await memory() };
    const stalled = await openStalledSocket(server.url, slow.token);
    expect(await countSockets()).toBe(before.sockets + 1);

    const flood = await floodUntil(room, sender, bystander, async () => (await countSockets()) === before.sockets);
    expect(flood.tookMs, "until it was cut").toBeLessThan(cutWithinMs);
    expect(flood.heard, "the bystander heard all, in order").toEqual(flood.sent);
    expect(flood.slowestMs, "the slowest round of sends").toBeLessThan(2_000);
    expect(flood.memory - before.memory).toBeLessThan(200 * megabyte);

    expect(await stalled.endsWithin(5_000), "the connection itself was let go").toBe(true);
    const synced = await slow.rest.post("/sync/messages", { room_id: room, since_sequence: 0, limit: 100 });
    expect(synced.body.data.last_sequence).toBeGreaterThan(0);
    expect(server.output()).toContain("a slow socket was cut");
  });

  it("by long polling, and never polls: the same", async () => {
    const [ada, bob, idle] = [await signIn("ada"), await signIn("bob"), await signIn("idle")];
    const body = { type: "group", name: "Polled", member_ids: ["bob", "idle"] };
    const room = (await ada.rest.post("/rooms", body)).body.data.id;
    const [sender, bystander] = [await connect(ada.token), await connect(bob.token)];
    const before = await countSockets();
    const at = `${server.url}/socket.io/?EIO=4&transport=polling`;
    const { sid } = JSON.parse((await (await fetch(at)).text()).slice(1));
    await fetch(`${at}&sid=${sid}`, { method: "POST", body: `40${JSON.stringify({ token: idle.token })}` });
    await expect.poll(countSockets).toBe(before + 1);
    const flood = await floodUntil(room, sender, bystander, async () => (await countSockets()) === before);
    expect(flood.tookMs, "until it was cut").toBeLessThan(cutWithinMs);
    expect(flood.heard).toEqual(flood.sent);
  });

  it("a fast reader of the same room is not cut by the flood", () => {
    expect(sockets.every((socket) => socket.connected)).toBe(true);
  });
});
