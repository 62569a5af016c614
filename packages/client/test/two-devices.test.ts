/** What people do on several devices at once, over the SDK and a real server. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Person, startTestServer, type TestServer } from "../../server/test/setup/test-server.ts";
import type { PipitClient, RoomHandle } from "../src/client.ts";
import { connect, until } from "./setup/test-client.ts";

let server: TestServer;
let ada: Person;
let bob: Person;
const clients: PipitClient[] = [];

async function open(person: Person): Promise<PipitClient> {
  const client = await connect(server, person);
  clients.push(client);
  return client;
}

beforeAll(async () => {
  server = await startTestServer();
  ada = await server.person("ada");
  bob = await server.person("bob");
});

afterAll(async () => {
  for (const client of clients) await client.close();
  await server?.close();
});

function watch(client: PipitClient, roomId: string): RoomHandle {
  const handle = client.room(roomId);
  handle.messages.subscribe(() => {});
  return handle;
}

const texts = (handle: RoomHandle) => handle.messages.getSnapshot().items.map((item) => item.content);

describe("two people on three devices", () => {
  it("[K3][G5] see what is sent, edited, reacted to and read", async () => {
    const [phone, laptop, peer] = [await open(ada), await open(ada), await open(bob)];
    const room = await phone.api.rooms.create({ type: "direct", member_ids: ["bob"] });
    await until(peer.rooms, (rooms) => rooms.length === 1);
    await until(laptop.rooms, (rooms) => rooms.length === 1);
    const [a, b, c] = [watch(phone, room.id), watch(laptop, room.id), watch(peer, room.id)];
    const key = await a.send({ content: "hello" });
    expect(a.messages.getSnapshot().items.at(-1)).toMatchObject({ content: "hello", delivery: "sending", key });
    await until(c.messages, ({ items }) => items.some((item) => item.content === "hello"));
    await until(b.messages, ({ items }) => items.some((item) => item.content === "hello"));
    await until(a.messages, ({ items }) => items.at(-1)?.delivery === "delivered");
    expect(c.room.getSnapshot()).toMatchObject({ unread_count: 1 });
    await c.markRead();
    expect(c.room.getSnapshot()).toMatchObject({ unread_count: 0 });
    await until(b.messages, ({ items }) => items.at(-1)?.delivery === "read");
    await a.edit(key, "hello, Bob");
    await until(c.messages, ({ items }) => items.at(-1)?.content === "hello, Bob");
    await c.react(c.messages.getSnapshot().items.at(-1)?.key ?? "", "👍");
    await until(b.messages, ({ items }) => items.at(-1)?.reactions[0]?.count === 1);
    await a.star(key);
    await until(b.messages, ({ items }) => items.at(-1)?.is_starred === true);
    await b.setPreferences({ is_pinned: true });
    await until(phone.rooms, (rooms) => rooms[0]?.is_pinned === true);
    await a.delete(key);
    await until(c.messages, ({ items }) => items.at(-1)?.is_deleted === true);
    expect(texts(b)).toEqual([""]);
  });
});
