/** How a client comes to the server, stays, and comes back. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Person, startTestServer, type TestServer } from "../../server/test/setup/test-server.ts";
import type { ClientOptions, PipitClient } from "../src/client.ts";
import { openSocketWire } from "../src/connection/socket-wire.ts";
import type { OpenWire } from "../src/connection/wire.ts";
import { createMemoryStore } from "../src/store/memory-store.ts";
import { makeClient, until } from "./setup/test-client.ts";

let server: TestServer;
let ada: Person;
const clients: PipitClient[] = [];

beforeAll(async () => {
  server = await startTestServer();
  ada = await server.person("ada");
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
});
afterAll(() => server?.close());

function open(options: Partial<ClientOptions> = {}, person = ada): PipitClient {
  const client = makeClient(server, person, options);
  clients.push(client);
  return client;
}

async function issue(userId: string, seconds: number): Promise<string> {
  return (await server.tokens.issue({ userId, tenantId: "default" }, seconds)).token;
}

describe("connection", () => {
  it("tells how it stands, and is closed for good", async () => {
    const client = open();
    const seen: string[] = [];
    client.connection.subscribe(() => seen.push(client.connection.getSnapshot().status));
    expect(client.connection.getSnapshot()).toEqual({ status: "idle" });
    await client.start();
    await until(client.isSynced, (isSynced) => isSynced);
    await client.close();
    await until(client.connection, ({ status }) => status === "closed");
    expect([...new Set(seen)]).toEqual(["connecting", "online", "closed"]);
  });

  it("waits and tries again while the server is away", async () => {
    const client = open({ url: "http://127.0.0.1:9" });
    await client.start();
    const state = await until(client.connection, ({ status }) => status === "waiting");
    expect(state).toMatchObject({ error: { code: "network", retryable: true } });
    expect(state.retryAt).toBeGreaterThan(Date.now());
  });

  it("[K6] asks its provider for another token when one is refused, and gives the live socket a new one in time", async () => {
    const given = ["not good either", await issue("ada", 26), await issue("ada", 900)];
    let asked = 0;
    const tokenProvider = (): string => given[Math.min(asked++, 2)] ?? "";
    const events: string[] = [];
    const openWire: OpenWire = async (wireOptions, signal) => {
      const wire = await openSocketWire(wireOptions, signal);
      const ask: typeof wire.ask = async (event, payload) => {
        const envelope = await wire.ask(event, payload);
        events.push(`${event} ${envelope.success}`);
        return envelope;
      };
      return { ...wire, ask };
    };
    const client = open({ token: "not a token", tokenProvider, openWire });
    await client.start();
    await until(client.connection, ({ status }) => status === "unauthenticated");
    client.setToken(given[1] ?? "");
    await until(client.isSynced, (isSynced) => isSynced);
    const statuses: string[] = [];
    client.connection.subscribe(() => statuses.push(client.connection.getSnapshot().status));
    await expect.poll(() => events, { timeout: 5_000 }).toContain("session:renew true");
    expect(statuses).not.toContain("connecting");
  });

  it("says that it has no good token, and goes on with one that it is given", async () => {
    const client = open({ token: "not a token" });
    await client.start();
    await until(client.connection, ({ status }) => status === "unauthenticated");
    client.setToken(ada.token);
    await until(client.isSynced, (isSynced) => isSynced);
  });

  it("calls with what is wrong reject with the server's word, given-up ones with their own", async () => {
    const client = open();
    await client.start();
    await expect(client.api.rooms.get({ room_id: "none" })).rejects.toMatchObject({
      code: "not_found",
      retryable: false,
    });
    await expect(client.api.users.get({ user_id: "x y" })).rejects.toMatchObject({
      code: "invalid_request",
      details: [{ path: "user_id", message: expect.any(String) }],
    });
    const signal = AbortSignal.abort();
    await expect(client.api.users.me({}, { signal })).rejects.toMatchObject({ code: "aborted" });
    await expect(client.api.users.me({}, { timeoutMs: 0 })).rejects.toMatchObject({ code: "timeout", retryable: true });
  });
});

describe("a store", () => {
  it("keeps what was there for the next start, also with no server", async () => {
    const store = createMemoryStore();
    const client = open({ store });
    await client.start();
    await until(client.isSynced, (isSynced) => isSynced);
    const room = await client.api.rooms.create({ name: "Kept" });
    await client.room(room.id).send({ content: "remember me" });
    const isThere = (items: readonly { content: string; delivery: unknown }[]): boolean =>
      items.some((item) => item.content === "remember me" && item.delivery === "sent");
    const end = client.room(room.id).messages.subscribe(() => {});
    await until(client.room(room.id).messages, ({ items }) => isThere(items));
    end();
    await client.close();
    const later = open({ store, url: "http://127.0.0.1:9" });
    await later.start();
    expect(later.rooms.getSnapshot().map((one) => one.name)).toEqual(["Kept"]);
    expect(later.deviceId).toBe(client.deviceId);
    await until(later.room(room.id).messages, ({ items }) => isThere(items));
  });

  it("[K5] of another user is emptied before it is used", async () => {
    const store = createMemoryStore();
    const first = open({ store });
    await first.start();
    await until(first.isSynced, (isSynced) => isSynced);
    await first.api.rooms.create({ name: "Ada's own" });
    await until(first.rooms, (rooms) => rooms.some((one) => one.name === "Ada's own"));
    await first.close();
    const bob = await server.person("bob");
    const second = open({ store }, bob);
    await second.start();
    await until(second.isSynced, (isSynced) => isSynced);
    expect(second.userId.getSnapshot()).toBe("bob");
    expect(second.rooms.getSnapshot()).toEqual([]);
  });

  it("[K5] is empty after a log-out, also one that another device asked for", async () => {
    const store = createMemoryStore();
    const client = open({ store, device: { id: "lost-phone" } });
    await client.start();
    await until(client.isSynced, (isSynced) => isSynced);
    const other = open({ device: { id: "laptop" } });
    await other.start();
    await until(other.isSynced, (isSynced) => isSynced);
    await other.api.devices.logout({ device_id: "lost-phone" });
    await until(client.connection, ({ status }) => status === "logged_out");
    await expect.poll(async () => (await store.list("rooms")).length + (await store.list("meta")).length).toBe(0);
    expect(client.rooms.getSnapshot()).toEqual([]);
  });

  it("[K5] is empty after a log-out that came while the device was away, whatever tokens it could get", async () => {
    const store = createMemoryStore();
    const device = { id: "stolen-phone" };
    const client = open({ store, device });
    await client.start();
    await until(client.isSynced, (isSynced) => isSynced);
    await client.api.rooms.create({ name: "Private" });
    await client.close();
    expect(await store.list("rooms")).not.toEqual([]);
    const old = ada.token;
    await ada.rest.post("/devices/stolen-phone/logout", {});
    // Media that a page kept, of which this one has not shown any.
    const kept = new Set(["pipit-media-ada", "pipit-media-bob"]);
    const caches = {
      open: () => Promise.reject(new Error("nothing looks")),
      delete: async (name: string) => kept.delete(name),
    };
    const environment = { caches };
    const again = open({ store, device, environment, token: old, tokenProvider: () => issue("ada", 900) });
    await again.start();
    expect(again.rooms.getSnapshot()).not.toEqual([]);
    await until(again.connection, ({ status }) => status === "logged_out");
    await expect.poll(async () => (await store.list("rooms")).length).toBe(0);
    expect([...kept]).toEqual(["pipit-media-bob"]);
  });
});
