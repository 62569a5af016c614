/** A device whose store takes no more: what becomes of what a person sees, and of what waits. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { makeGroup, readHistory, say } from "../../server/test/setup/talk.ts";
import { type Person, startTestServer, type TestServer } from "../../server/test/setup/test-server.ts";
import type { ClientStore, PipitClient } from "../src/client.ts";
import { findEnvironment } from "../src/environment.ts";
import { createMemoryStore } from "../src/store/memory-store.ts";
import { makeClient, until } from "./setup/test-client.ts";

const nowhere = "http://127.0.0.1:9";
const speed = 20;

let server: TestServer;
let ada: Person;
let bob: Person;
let roomId: string;
let store: ClientStore;
/** Which writes the store refuses. */
let refused: (tables: readonly string[]) => boolean;
let errors: string[];
const clients: PipitClient[] = [];

beforeAll(async () => {
  server = await startTestServer();
  ada = await server.person("ada");
  bob = await server.person("bob");
});
beforeEach(async () => {
  const kept = createMemoryStore();
  refused = () => false;
  errors = [];
  store = {
    ...kept,
    async update(tables, work) {
      if (refused(tables)) throw new DOMException("The disk is full.", "QuotaExceededError");
      return kept.update(tables, work);
    },
  };
  roomId = await makeGroup(ada, ["bob"]);
  const first = await open(server.url);
  await until(first.isSynced, (isSynced) => isSynced);
  await first.close();
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
});
afterAll(() => server?.close());

/** A client on the store, for which time passes quickly. */
async function open(url: string): Promise<PipitClient> {
  const client = makeClient(server, ada, {
    url,
    store,
    onError: (error) => errors.push(error instanceof Error || error instanceof DOMException ? error.name : "?"),
    environment: { setTimeout: (work, ms) => findEnvironment().setTimeout(work, ms / speed) },
  });
  clients.push(client);
  await client.start();
  client.room(roomId).messages.subscribe(() => {});
  return client;
}

async function sendOffline(contents: readonly string[]): Promise<void> {
  const client = await open(nowhere);
  for (const content of contents) await client.room(roomId).send({ content });
  await client.close();
}

const history = async (): Promise<string[]> => (await readHistory(bob, roomId)).map(({ content }) => content);

describe("a store that is full", () => {
  it("[K1][G3] keeps nobody from telling what waits, and what it could not drop is there once though it is told again", async () => {
    await sendOffline(["one", "two"]);
    refused = (tables) => tables.includes("outbox");
    const client = await open(server.url);
    const room = client.room(roomId);
    await until(room.messages, ({ items }) => items.length === 2 && items.every((item) => item.delivery === "sent"));
    await until(client.outbox.items, (items) => items.length === 0);
    expect(errors).toEqual(["QuotaExceededError", "QuotaExceededError"]);
    await expect(room.send({ content: "three" })).rejects.toMatchObject({ name: "QuotaExceededError" });
    await client.close();
    refused = () => false;
    const again = await open(server.url);
    expect(again.outbox.items.getSnapshot()).toHaveLength(2);
    await until(again.outbox.items, (items) => items.length === 0);
    expect(await history()).toEqual(["one", "two"]);
  });

  it("[K1][K5] that is given up for rows keeps what it had and what waits, and a restart brings the rest", async () => {
    const client = await open(server.url);
    await until(client.isSynced, (isSynced) => isSynced);
    const key = await client.room(roomId).send({ content: "one" });
    await until(client.outbox.items, (items) => items.length === 0);
    refused = (tables) => tables.includes("messages") && !tables.includes("members");
    await say(bob, roomId, "from Bob");
    await until(client.room(roomId).messages, ({ items }) => items.length === 2);
    await expect.poll(() => errors, { timeout: 10_000 }).toHaveLength(5);
    expect(JSON.stringify(await store.list("messages"))).not.toContain("from Bob");
    expect(
      client
        .room(roomId)
        .messages.getSnapshot()
        .items.map((item) => item.content),
    ).toEqual(["one", "from Bob"]);
    await client.close();
    await sendOffline(["two"]);
    refused = () => false;
    const again = await open(server.url);
    await until(again.outbox.items, (items) => items.length === 0);
    await until(again.room(roomId).messages, ({ items }) => items.length === 3);
    expect(again.room(roomId).messages.getSnapshot().items[0]).toMatchObject({ key, content: "one" });
    expect(await history()).toEqual(["one", "from Bob", "two"]);
  });
});
