/** [G1] Connections to the database that break while they are in use: the server answers, and lives. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { checkFailure } from "./setup/check-reply.ts";
import { type DatabaseProxy, startDatabaseProxy } from "./setup/database-proxy.ts";
import { createRest, type Rest } from "./setup/rest-client.ts";
import { lockMembers, lockRoom } from "./setup/room-lock.ts";
import { type ServerProcess, startServerProcess } from "./setup/server-process.ts";
import { createTestDatabase, type TestDatabase } from "./setup/test-database.ts";
import { testAdminKey } from "./setup/test-server.ts";

let database: TestDatabase;
let proxy: DatabaseProxy;
let server: ServerProcess;
let rest: Rest;
let room: string;

beforeAll(async () => {
  database = await createTestDatabase();
  proxy = await startDatabaseProxy(database.url);
});
afterAll(async () => {
  if (server?.child.exitCode === null) await server.end("SIGKILL");
  proxy?.close();
  await database?.drop();
});
beforeEach(async () => {
  proxy.mend();
  if (server?.child.exitCode === null) await server.end("SIGKILL");
  server = await startServerProcess({ DATABASE_URL: proxy.url });
  const admin = createRest(server.url, testAdminKey);
  const { token } = (await admin.post("/admin/tokens", { user_id: "ada" })).body.data;
  rest = createRest(server.url, token);
  room = (await rest.post("/rooms", { name: "Room" })).body.data.id;
});

describe("a connection that breaks", () => {
  for (const [label, lockIt, request] of [
    ["in a transaction", () => lockRoom(database.url, room), () => rest.patch(`/rooms/${room}`, { name: "Renamed" })],
    [
      "in a batch of sends",
      () => lockMembers(database.url),
      () => rest.post(`/rooms/${room}/messages`, { content: "hello" }),
    ],
    [
      "in a batch of receipts",
      () => lockMembers(database.url),
      () => rest.post(`/rooms/${room}/receipts`, { kind: "read", up_to_sequence: 1 }),
    ],
  ] as const) {
    it(`${label}: unavailable, and the server goes on`, async () => {
      const lock = await lockIt();
      const reply = request();
      await lock.waitForWaiters(1);
      proxy.cut();
      const { body, status } = await reply.finally(() => lock.release());
      expect(checkFailure(body, label, status)).toBe("unavailable");
      expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
      proxy.mend();
      await expect.poll(async () => (await rest.get(`/rooms/${room}`)).status).toBe(200);
      expect(server.child.exitCode).toBeNull();
    });
  }
});
