/** Clients whose connections are cut again and again while messages flow: the benchmark `jitter`, scaled down. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { openProxy, type ProxyLink } from "../../bench/src/jitter/cuttable-proxy.ts";
import { startCutting } from "../../bench/src/jitter/link.ts";
import { createRandom, freshSeed } from "../../bench/src/random.ts";
import { makeGroup, say } from "../../server/test/setup/talk.ts";
import { type Person, startTestServer, type TestServer } from "../../server/test/setup/test-server.ts";
import type { MessageItem, PipitClient } from "../src/client.ts";
import { makeClient, until } from "./setup/test-client.ts";

const clientCount = 30;
const messageCount = 50;
const betweenMs = 100;
// A connection that holds for less than ten seconds does not take the client's patience back to its beginning: more cuts
// than these would be a test of how long it waits.
const cuts = { everyMs: 3_000, forMs: 200 };
const seed = freshSeed();

type Device = { person: Person; client: PipitClient; proxy: ProxyLink; reconnects: number };

let server: TestServer;
let sender: Person;
let devices: Device[] = [];

async function open(person: Person): Promise<Device> {
  const proxy = await openProxy(server.url);
  const client = makeClient(server, person, { url: proxy.url });
  const device = { person, client, proxy, reconnects: 0 };
  client.connection.subscribe(() => {
    if (client.connection.getSnapshot().status === "waiting") device.reconnects += 1;
  });
  await client.start();
  await until(client.isSynced, (isSynced) => isSynced);
  return device;
}

beforeAll(async () => {
  server = await startTestServer();
  sender = await server.person("sender");
  const people = await Promise.all(Array.from({ length: clientCount }, (_, n) => server.person(`user${n}`)));
  devices = await Promise.all(people.map(open));
});

afterAll(async () => {
  await Promise.all(devices.map(({ client }) => client.close()));
  for (const { proxy } of devices) proxy.close();
  await server?.close();
});

/** Sends at a steady pace, whether or not earlier ones have been answered. */
async function sendAll(roomId: string): Promise<void> {
  const sent: Promise<unknown>[] = [];
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      sent.push(say(sender, roomId, `message ${sent.length + 1}`));
      if (sent.length < messageCount) return;
      clearInterval(timer);
      resolve();
    }, betweenMs);
  });
  await Promise.all(sent);
}

/** All others have it: the sender's own messages say that they have read up to there, or they have told so. */
function hasArrived(item: MessageItem | undefined): boolean {
  return item?.delivery === "delivered" || item?.delivery === "read";
}

it(`[G3][G4][G6][G7] what flows while connections are cut comes to all, once, in order, and is told to be there (seed ${seed})`, async () => {
  const random = createRandom(seed);
  const roomId = await makeGroup(
    sender,
    devices.map(({ person }) => person.id),
  );
  const rooms = devices.map(({ client }) => client.room(roomId));
  for (const room of rooms) room.messages.subscribe(() => {});
  const nothing = { noteCut: () => {}, noteRestored: () => {} };
  const stops = devices.map(({ proxy }) => startCutting(proxy, nothing, cuts, random));
  // What the devices themselves say goes through the cuts too.
  const keys = await Promise.all(rooms.map((room, n) => room.send({ content: `hello from ${n}` })));
  await sendAll(roomId);
  for (const stop of stops) stop();
  const total = messageCount + clientCount;
  const expected = [
    ...Array.from({ length: messageCount }, (_, n) => `message ${n + 1}`),
    ...Array.from({ length: clientCount }, (_, n) => `hello from ${n}`),
  ].sort();
  for (const [n, room] of rooms.entries()) {
    const { items } = await until(room.messages, (window) => {
      const isThere = window.items.filter((item) => item.message_type === "text").length >= total;
      return isThere && window.items.every((item) => !item.is_pending);
    });
    const texts = items.filter((item) => item.message_type === "text");
    expect(texts.map((item) => item.content).sort()).toEqual(expected);
    const sequences = items.map((item) => item.sequence_number);
    expect(sequences).toEqual(sequences.map((_, place) => (sequences[0] ?? 0) + place));
    expect(devices[n]?.client.outbox.items.getSnapshot()).toEqual([]);
    await until(room.messages, ({ items: now }) => hasArrived(now.find((item) => item.key === keys[n])));
  }
  expect(devices.every(({ reconnects }) => reconnects > 0)).toBe(true);
  for (const room of rooms.slice(0, clientCount / 2)) await room.markRead();
  for (const { client } of devices) await until(client.outbox.items, (items) => items.length === 0);
  await checkCounts(roomId);
}, 60_000);

type Marks = { user_id: string; read_sequence: number; delivered_sequence: number };
type Info = { delivered_to: { user_id: string }[]; seen_by: { user_id: string }[]; total_recipients: number };

/** [G6][G7] What devices and server say of unread messages, receipts and recipients, against a count by hand. */
async function checkCounts(roomId: string): Promise<void> {
  const readMarks = async (): Promise<Marks[]> =>
    (await sender.rest.post("/sync/messages", { room_id: roomId })).body.data.receipts;
  const messages: MessageItem[] = (await sender.rest.get(`/rooms/${roomId}/messages?limit=100`)).body.data;
  const texts = messages.filter((message) => message.message_type !== "system");
  // Receipts come spread out: they are compared once none is to come any more. The sender has no device.
  const last = texts.at(-1)?.sequence_number ?? 0;
  const isSettled = ({ user_id: id, delivered_sequence: upTo }: Marks) => id === sender.id || upTo >= last;
  await expect.poll(async () => (await readMarks()).every(isSettled), { timeout: 20_000, interval: 200 }).toBe(true);
  const marks = await readMarks();
  for (const { client, person } of devices) {
    const own = marks.find((mark) => mark.user_id === person.id);
    const unread = texts.filter((message) => message.sequence_number > (own?.read_sequence ?? 0)).length;
    await until(client.room(roomId).room, (room) => room?.unread_count === unread);
    const { data } = (await person.rest.get(`/unread-count?room_id=${roomId}`)).body;
    expect(data.total_unread).toBe(unread);
    await until(client.room(roomId).receipts, (receipts) =>
      marks.every(({ user_id: id, read_sequence: read }) => receipts.get(id)?.read_sequence === read),
    );
  }
  const namesOf = (entries: Info["seen_by"]) => entries.map((entry) => entry.user_id).sort();
  for (const { id, sender_id: senderId, sequence_number: sequence } of texts) {
    const told: Info = (await sender.rest.get(`/messages/${id}/info`)).body.data;
    const reached = (kind: "read_sequence" | "delivered_sequence") =>
      marks.filter((mark) => mark.user_id !== senderId && mark[kind] >= sequence).map((mark) => mark.user_id);
    expect(namesOf(told.delivered_to)).toEqual(reached("delivered_sequence").sort());
    expect(namesOf(told.seen_by)).toEqual(reached("read_sequence").sort());
    expect(told.total_recipients).toBe(clientCount);
  }
}
