/** What a person does while offline, and what becomes of it. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Person, startTestServer, type TestServer } from "../../server/test/setup/test-server.ts";
import type { ClientOptions, ClientStore, PipitClient } from "../src/client.ts";
import { createMemoryStore } from "../src/store/memory-store.ts";
import { connect, makeClient, until } from "./setup/test-client.ts";

const nowhere = "http://127.0.0.1:9";
let server: TestServer;
let ada: Person;
let bob: Person;
let store: ClientStore;
let roomId: string;
const clients: PipitClient[] = [];

beforeAll(async () => {
  server = await startTestServer();
  ada = await server.person("ada");
  bob = await server.person("bob");
});
beforeEach(async () => {
  store = createMemoryStore();
  const client = keep(await connect(server, ada, { store }));
  roomId = (await client.api.rooms.create({ name: "Plans", member_ids: ["bob"] })).id;
  client.room(roomId).messages.subscribe(() => {});
  await client.room(roomId).send({ content: "first" });
  await until(client.room(roomId).messages, ({ items }) => items.at(-1)?.delivery === "sent");
  await client.close();
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
});
afterAll(() => server?.close());

function keep(client: PipitClient): PipitClient {
  clients.push(client);
  return client;
}

async function offline(options: Partial<ClientOptions> = {}): Promise<PipitClient> {
  const client = keep(makeClient(server, ada, { store, url: nowhere, ...options }));
  await client.start();
  client.room(roomId).messages.subscribe(() => {});
  await until(client.room(roomId).messages, ({ items }) => items.length > 0);
  return client;
}

const history = async (person: Person): Promise<string[]> => {
  const { data } = (await person.rest.get(`/rooms/${roomId}/messages`)).body;
  return data
    .filter((one: { message_type: string }) => one.message_type !== "system")
    .map((one: { content: string }) => one.content);
};

async function comeBack(): Promise<PipitClient> {
  const client = keep(await connect(server, ada, { store }));
  await until(client.outbox.items, (items) => items.every((item) => item.state === "failed"));
  return client;
}

const numbers = Array.from({ length: 20 }, (_, n) => `message ${n}`);

describe("the outbox", () => {
  it("[K1][G3] keeps what was sent offline over a restart, and tells it once, in order", async () => {
    const client = await offline();
    for (const content of numbers) await client.room(roomId).send({ content });
    const { items } = client.room(roomId).messages.getSnapshot();
    expect(items.slice(-20).map((item) => [item.content, item.delivery])).toEqual(
      numbers.map((text) => [text, "sending"]),
    );
    await client.close();
    await comeBack();
    expect(await history(bob)).toEqual(["first", ...numbers]);
  });

  it("shows what waits as the same objects, however much else is sent, for lists that draw only what has changed", async () => {
    const client = await offline();
    const room = client.room(roomId);
    const [first] = room.messages.getSnapshot().items;
    const poll = { question: "Where?", options: ["here", "there"] };
    for (const message of [{ content: "plain" }, { content: "answer", replyTo: first?.key }, { poll }]) {
      await room.send(message);
    }
    const before = room.messages.getSnapshot().items.slice(-3);
    expect(before.map((item) => item.message_type)).toEqual(["text", "text", "poll"]);
    expect(before[2]?.meta_data.poll?.options).toMatchObject([{ text: "here", vote_count: 0 }, { text: "there" }]);
    await room.send({ content: "another" });
    const after = room.messages.getSnapshot().items.slice(-4, -1);
    for (const [place, item] of after.entries()) expect(item, item.content).toBe(before[place]);
  });

  it("[G3] tells a send again whose answer was lost, and there is one message", async () => {
    const client = keep(await connect(server, ada, { store, openWire: undefined }));
    client.room(roomId).messages.subscribe(() => {});
    const key = await client.room(roomId).send({ content: "again" });
    await until(client.outbox.items, (items) => items.length === 0);
    await client.close();
    // As a crash between the server's commit and the outbox's note of it leaves it.
    const item = {
      id: key,
      roomId,
      order: "1",
      action: { kind: "send", content: "again" },
      state: "waiting",
      attempts: 0,
    };
    const value = { ...item, createdAt: new Date(0).toISOString(), error: undefined };
    await store.update(["outbox"], async () => ({ writes: [{ table: "outbox", key: "1", value }] }));
    await comeBack();
    expect((await history(bob)).filter((text) => text === "again")).toEqual(["again"]);
  });

  it("[K1] shows edits, reactions, deletions, marks and preferences at once, and tells them when it can", async () => {
    await bob.rest.post(`/rooms/${roomId}/messages`, { content: "read me" });
    const seen = await comeBack();
    await seen.close();
    const client = await offline();
    const room = client.room(roomId);
    const [first] = room.messages.getSnapshot().items.filter((item) => item.content === "first");
    const key = await room.send({ content: "to be changed" });
    const gone = await room.send({ content: "to be taken back" });
    await room.edit(first?.key ?? "", "first, edited");
    await room.react(first?.key ?? "", "👍");
    await room.edit(key, "changed");
    await room.delete(gone);
    await room.star(first?.key ?? "");
    await room.markRead();
    await room.markRead();
    await room.setPreferences({ is_archived: true, draft: { content: "half a", reply_to: null } });
    const check = (items: ReturnType<typeof room.messages.getSnapshot>["items"]): void => {
      expect(items.map((item) => item.content)).toEqual(
        expect.arrayContaining(["first, edited", "read me", "changed"]),
      );
      expect(items.map((item) => item.content)).not.toContain("to be taken back");
      expect(items.find((item) => item.content === "first, edited")).toMatchObject({
        is_starred: true,
        reactions: [{ emoji: "👍", count: 1, reacted_by_me: true }],
      });
    };
    check(room.messages.getSnapshot().items);
    expect(room.room.getSnapshot()).toMatchObject({ unread_count: 0, is_archived: true, draft: { content: "half a" } });
    await client.close();
    const back = await comeBack();
    const handle = back.room(roomId);
    handle.messages.subscribe(() => {});
    await until(handle.messages, ({ items, isLoading }) => !isLoading && items.every((item) => !item.is_pending));
    check(handle.messages.getSnapshot().items);
    expect(await history(bob)).toEqual(["first, edited", "read me", "changed"]);
    const { data } = (await ada.rest.get(`/rooms/${roomId}`)).body;
    expect(data).toMatchObject({ unread_count: 0, is_archived: true, draft: { content: "half a" } });
  });

  it("[K2] keeps what is refused as failed, lets the rest pass, and tells it again or drops it on request", async () => {
    await ada.rest.patch(`/rooms/${roomId}`, { settings: { who_can_send: "admins" } });
    const carl = await connect(server, bob);
    keep(carl);
    const room = carl.room(roomId);
    room.messages.subscribe(() => {});
    await until(room.messages, ({ isLoading }) => !isLoading);
    const refused = await room.send({ content: "not allowed" });
    await until(room.messages, ({ items }) => items.at(-1)?.delivery === "failed");
    expect(room.messages.getSnapshot().items.at(-1)).toMatchObject({ key: refused, error: { code: "forbidden" } });
    await room.react(room.messages.getSnapshot().items.find((item) => item.content === "first")?.key ?? "", "🎉");
    await until(carl.outbox.items, (items) => items.length === 1);
    await ada.rest.patch(`/rooms/${roomId}`, { settings: { who_can_send: "everyone" } });
    await carl.outbox.retry(refused);
    await until(
      room.messages,
      ({ items }) => items.at(-1)?.content === "not allowed" && items.at(-1)?.delivery !== "sending",
    );
    await ada.rest.patch(`/rooms/${roomId}`, { settings: { who_can_send: "admins" } });
    const dropped = await room.send({ content: "never" });
    await until(carl.outbox.items, (items) => items[0]?.state === "failed");
    await carl.outbox.discard(dropped);
    expect(room.messages.getSnapshot().items.map((item) => item.content)).not.toContain("never");
  });

  it("[K4] of two tabs on one store, one tells it, and the other takes over", async () => {
    const storeName = `tabs-${roomId}`;
    const [first, second] = [
      keep(await connect(server, ada, { store, storeName, device: { id: "browser" } })),
      keep(await connect(server, ada, { store, storeName, device: { id: "browser" } })),
    ];
    await first.room(roomId).send({ content: "from the first" });
    await second.room(roomId).send({ content: "from the second" });
    for (const tab of [first, second]) await until(tab.outbox.items, (items) => items.length === 0);
    await first.close();
    await second.room(roomId).send({ content: "alone" });
    await until(second.outbox.items, (items) => items.length === 0);
    expect((await history(bob)).slice(-3)).toEqual(["from the first", "from the second", "alone"]);
  });
});
