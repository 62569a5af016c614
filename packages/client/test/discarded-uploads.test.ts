/** Messages with a file that are discarded while the file is on its way. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { makeGroup, readHistory } from "../../server/test/setup/talk.ts";
import { type Person, startTestServer, type TestServer } from "../../server/test/setup/test-server.ts";
import type { ClientOptions, ClientStore, PipitClient } from "../src/client.ts";
import type { OutboxItem } from "../src/outbox/outbox-item.ts";
import { createMemoryStore } from "../src/store/memory-store.ts";
import { makeClient, until } from "./setup/test-client.ts";

let server: TestServer;
let ada: Person;
let bob: Person;
let roomId: string;
let shared: Partial<ClientOptions> & { store: ClientStore };
const clients: PipitClient[] = [];

beforeAll(async () => {
  server = await startTestServer();
  ada = await server.person("ada");
  bob = await server.person("bob");
});
beforeEach(async () => {
  roomId = await makeGroup(ada, ["bob"]);
  shared = { store: createMemoryStore(), storeName: `chat-${roomId}`, device: { id: "browser" } };
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
});
afterAll(() => server?.close());

async function open(options: Partial<ClientOptions> = {}): Promise<PipitClient> {
  const client = makeClient(server, ada, { ...shared, ...options });
  clients.push(client);
  await client.start();
  return client;
}

/** What is PUT never arrives. */
const heldFetch: typeof fetch = (input, init) => {
  if (init?.method !== "PUT") return fetch(input, init);
  return new Promise((_, reject) => {
    init.signal?.addEventListener("abort", () => reject(init.signal?.reason));
  });
};

/** A client that has begun to send a file, as its store knows. */
async function beginFile(): Promise<{ client: PipitClient; key: string }> {
  const client = await open({ environment: { fetch: heldFetch } });
  await until(client.isSynced, (isSynced) => isSynced);
  const blob = new Blob(["hello, world"], { type: "text/plain" });
  const key = await client.room(roomId).send({ file: { blob, fileName: "a.txt" } });
  await until(client.outbox.items, hasBegun);
  expect(await used()).toBe(blob.size);
  return { client, key };
}

function hasBegun([item]: readonly OutboxItem[]): boolean {
  return item?.action.kind === "send" && item.action.attachment?.checkpoint !== undefined;
}

const used = async (): Promise<number> => (await ada.rest.get("/media/usage")).body.data.used;

it("[K1][D10] a file whose message another tab discards is given up, and the message is never sent", async () => {
  const { client, key } = await beginFile();
  const other = await open();
  await until(other.outbox.items, hasBegun);
  await other.outbox.discard(key);
  await until(client.outbox.items, (items) => items.length === 0);
  await expect.poll(used).toBe(0);
  const last = await other.room(roomId).send({ content: "the last" });
  for (const tab of [client, other]) await until(tab.outbox.items, (items) => items.length === 0);
  expect((await readHistory(bob, roomId)).map((message) => message.client_message_id)).toEqual([last]);
});

it("[D10] a file whose message is discarded after a restart is given up too", async () => {
  const { client, key } = await beginFile();
  await client.close();
  const again = await open();
  await again.outbox.discard(key);
  await expect.poll(used).toBe(0);
  await until(again.isSynced, (isSynced) => isSynced);
  expect(again.outbox.items.getSnapshot()).toEqual([]);
  expect(await readHistory(bob, roomId)).toEqual([]);
});
