/** What those who run the server ask it. */

import pg from "pg";
import type { Socket } from "socket.io-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DatabaseProxy, startDatabaseProxy } from "../../test/setup/database-proxy.ts";
import { lockRoom } from "../../test/setup/room-lock.ts";
import { makeGroup, say } from "../../test/setup/talk.ts";
import { createTestDatabase, type TestDatabase } from "../../test/setup/test-database.ts";
import { type Person, startTestServer, type TestServer } from "../../test/setup/test-server.ts";

let database: TestDatabase;
let proxy: DatabaseProxy;
let server: TestServer;
let ada: Person;

beforeAll(async () => {
  database = await createTestDatabase();
  proxy = await startDatabaseProxy(database.url);
  server = await startTestServer({ databaseUrl: proxy.url });
  ada = await server.person("ada");
});
afterAll(async () => {
  await server?.close();
  proxy?.close();
  await database?.drop();
});

async function ask(path: string): Promise<[status: number, body: unknown]> {
  const response = await fetch(`${server.url}${path}`);
  return [response.status, await response.json()];
}

async function onDatabase(statement: string): Promise<void> {
  const client = new pg.Client(database.url);
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** The figures, by the names of their series. */
async function readFigures(): Promise<Map<string, number>> {
  const lines = (await (await fetch(`${server.url}/metrics`)).text()).split("\n");
  const series = lines.filter((line) => line !== "" && !line.startsWith("#")).map((line) => line.split(" "));
  return new Map(series.map(([name = "", value]) => [name, Number(value)]));
}

const ready = { status: "ok", checks: { database: "ok", migrations: "ok", media: "ok" } };

describe("/healthz and /readyz", () => {
  it("say that the server lives and is ready, to anyone", async () => {
    expect(await ask("/healthz")).toEqual([200, { status: "ok" }]);
    expect(await ask("/readyz")).toEqual([200, ready]);
  });

  it("[G11] while the database is away: alive, not ready, and both say so at once; ready when it is back", async () => {
    proxy.cut();
    const startedAt = performance.now();
    expect(await ask("/readyz")).toEqual([
      503,
      { status: "unavailable", checks: { database: "failed", migrations: "failed", media: "ok" } },
    ]);
    expect(await ask("/healthz")).toEqual([200, { status: "ok" }]);
    expect(performance.now() - startedAt).toBeLessThan(4_000);
    proxy.mend();
    await expect.poll(() => ask("/readyz"), { timeout: 10_000 }).toEqual([200, ready]);
  });

  it("while a migration is missing: alive, not ready", async () => {
    await onDatabase("alter table kysely_migration rename to elsewhere");
    const checks = { database: "ok", migrations: "failed", media: "ok" };
    expect(await ask("/readyz")).toEqual([503, { status: "unavailable", checks }]);
    expect(await ask("/healthz")).toEqual([200, { status: "ok" }]);
    await onDatabase("alter table elsewhere rename to kysely_migration");
    expect(await ask("/readyz")).toEqual([200, ready]);
  });

  it("while the server drains: alive, not ready, so that no more work is sent to it", async () => {
    const other = await startTestServer();
    const { site } = other.pipit;
    const { token } = await other.tokens.issue({ tenantId: "default", userId: "ada" }, 60);
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const post = (path: string, body: object) =>
      site.request(`/api/v1/chat${path}`, { method: "POST", headers, body: JSON.stringify(body) });
    const made = (await (await post("/rooms", { name: "Room" })).json()) as { data: { id: string } };
    const room = made.data.id;
    const lock = await lockRoom(other.databaseUrl, room);
    // A server that stops finishes what it has accepted, and this waits for our lock.
    const running = post(`/rooms/${room}/leave`, {});
    await lock.waitForWaiters(1);
    const closing = other.pipit.close();
    const response = await site.request("/readyz");
    const isAlive = (await site.request("/healthz")).status === 200;
    await lock.release();
    expect([response.status, await response.json(), isAlive]).toEqual([503, { ...ready, status: "draining" }, true]);
    expect((await running).status).toBe(200);
    await closing;
    await other.close();
  });
});

describe("/metrics", () => {
  it("is in Prometheus' format, with the figures that operators watch", async () => {
    const response = await fetch(`${server.url}/metrics`);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/);
    const types = new Map(
      Array.from((await response.text()).matchAll(/^# TYPE (\S+) (\S+)$/gm), ([, name, type]) => [name, type]),
    );
    expect(Object.fromEntries(types)).toMatchObject({
      pipit_messages_appended_total: "counter",
      pipit_append_batch_size: "histogram",
      pipit_append_commit_seconds: "histogram",
      pipit_send_to_publish_seconds: "histogram",
      pipit_sockets: "gauge",
      nodejs_eventloop_lag_seconds: "gauge",
      nodejs_eventloop_lag_p99_seconds: "gauge",
      process_resident_memory_bytes: "gauge",
      process_cpu_seconds_total: "counter",
    });
  });

  it("count what is appended, once: not what is refused, nor what was known", async () => {
    const room = await makeGroup(ada);
    const before = await readFigures();
    for (let n = 0; n < 3; n += 1) await say(ada, room, `message ${n}`, { client_message_id: `c-${n}` });
    await say(ada, room, "message 0", { client_message_id: "c-0" });
    await ada.rest.post(`/rooms/${crypto.randomUUID()}/messages`, { content: "to nobody" });
    const after = await readFigures();
    const rise = (name: string) => (after.get(name) ?? 0) - (before.get(name) ?? 0);
    expect(rise("pipit_messages_appended_total")).toBe(3);
    expect(rise("pipit_send_to_publish_seconds_count")).toBe(3);
    expect(rise("pipit_append_batch_size_sum")).toBe(5);
    expect(rise("pipit_append_batch_size_count")).toBe(5);
    expect(rise("pipit_append_commit_seconds_count")).toBe(5);
    expect(rise("pipit_append_commit_seconds_sum")).toBeGreaterThan(0);
    expect(rise("pipit_send_to_publish_seconds_sum")).toBeGreaterThan(0);
  });

  it("count the sockets that are open", async () => {
    const count = async () => (await readFigures()).get("pipit_sockets");
    const before = (await count()) ?? 0;
    const sockets: Socket[] = await Promise.all([server.socket(ada), server.socket(ada)]);
    expect(await count()).toBe(before + 2);
    for (const socket of sockets) socket.disconnect();
    await expect.poll(count).toBe(before);
  });

  it("tell nothing of users, rooms or messages", async () => {
    const room = await makeGroup(ada, [], { name: "Confidential" });
    await say(ada, room, "confidential");
    const text = await (await fetch(`${server.url}/metrics`)).text();
    for (const secret of [room, "confidential", "Confidential", '"ada"']) expect(text).not.toContain(secret);
  });
});
