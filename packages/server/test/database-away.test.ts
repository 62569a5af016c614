/** The database goes away and comes back: `unavailable` at both doors, no fault, and nothing acknowledged is lost (G1). */
import type { Socket } from "socket.io-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sendRest, sendSocket } from "./setup/bad-doors.ts";
import { checkFailure } from "./setup/check-reply.ts";
import { type DatabaseProxy, startDatabaseProxy } from "./setup/database-proxy.ts";
import { createTestDatabase, type TestDatabase } from "./setup/test-database.ts";
import { type Person, startTestServer, type TestServer } from "./setup/test-server.ts";
import { showAtSocket } from "./setup/token-doors.ts";
import { createWatchedLog } from "./setup/watched-log.ts";

const log = createWatchedLog();
let server: TestServer;
let database: TestDatabase;
let proxy: DatabaseProxy;
let ada: Person;
let socket: Socket;
let room: string;
let newcomer: string;
const acknowledged: string[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  proxy = await startDatabaseProxy(database.url);
  server = await startTestServer({ log, databaseUrl: proxy.url });
  ada = await server.person("ada");
  socket = await server.socket(ada);
  room = (await ada.rest.post("/rooms", { type: "group", name: "Here" })).body.data.id;
  newcomer = (await server.tokens.issue({ tenantId: "default", userId: "newcomer" }, 600)).token;
});
afterAll(async () => {
  await server?.close();
  proxy?.close();
  await database?.drop();
});

async function send(content: string): Promise<string> {
  const reply = await sendSocket(socket, "message:send", { room_id: room, content });
  if ((reply as { success: boolean }).success) {
    acknowledged.push(content);
    return "ok";
  }
  return checkFailure(reply, content);
}

describe("the database goes away", () => {
  it("before: sends are acknowledged", async () => {
    for (let n = 0; n < 10; n += 1) expect(await send(`before ${n}`)).toBe("ok");
  });

  it("meanwhile: unavailable over the socket, for sends in flight as well", async () => {
    const inFlight = Array.from({ length: 50 }, (_, n) => send(`in flight ${n}`));
    proxy.cut();
    for (const code of await Promise.all(inFlight)) expect(["ok", "unavailable"]).toContain(code);
    expect(await send("meanwhile")).toBe("unavailable");
    expect(checkFailure(await sendSocket(socket, "unread:get", {}), "unread")).toBe("unavailable");
  });

  it("meanwhile: 503 with Retry-After over REST", async () => {
    const answer = await sendRest(server.url, ada.token, "GET", "/rooms", undefined);
    expect(checkFailure(answer.reply, "rooms", answer.status)).toBe("unavailable");
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
  });

  it("meanwhile: unavailable over REST for a user who was never seen", async () => {
    const answer = await sendRest(server.url, newcomer, "GET", "/users/me", undefined);
    expect(checkFailure(answer.reply, "newcomer", answer.status)).toBe("unavailable");
  });

  it("meanwhile: unavailable for a new socket of a user who was never seen", async () => {
    expect(await showAtSocket(server.url, newcomer)).toEqual({ code: "unavailable" });
  });

  it("meanwhile: unavailable for a new socket of a known user", async () => {
    expect(await showAtSocket(server.url, ada.token)).toEqual({ code: "unavailable" });
  });

  it("meanwhile: bad input and bad tokens are still told apart", async () => {
    expect(checkFailure(await sendSocket(socket, "message:send", { content: 1 }), "bad")).toBe("invalid_request");
    expect(await showAtSocket(server.url, "a.b.c")).toEqual({ code: "unauthenticated" });
  });

  it("meanwhile: the server lives, and is not ready", async () => {
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    expect((await fetch(`${server.url}/readyz`)).status).toBe(503);
  });

  it("afterwards: all is as before, and every acknowledged message is there, gapless", async () => {
    proxy.mend();
    await expect.poll(() => send("afterwards"), { timeout: 10_000 }).toBe("ok");
    const { data } = (await ada.rest.get(`/rooms/${room}/messages?limit=100`)).body;
    const contents = data.map((message: { content: string }) => message.content);
    expect(acknowledged.filter((content) => !contents.includes(content))).toEqual([]);
    expect(data.map((message: { sequence_number: number }) => message.sequence_number)).toEqual(
      contents.map((_: string, index: number) => index + 1),
    );
    expect(log.faults()).toEqual([]);
  });
});
