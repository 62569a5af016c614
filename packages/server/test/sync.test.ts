/** [G5] Sync: a device that was away ends where a device that loads afresh begins. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Person, startTestServer, type TestServer } from "./setup/test-server.ts";

let server: TestServer;
let ada: Person;
let bob: Person;

beforeAll(async () => {
  server = await startTestServer();
  [ada, bob] = await Promise.all([server.person("ada"), server.person("bob"), server.person("carl")]);
});
afterAll(() => server.close());

type Entry = { id: string; change: number };
type Page = {
  messages: Entry[];
  members?: (Entry & { user_id: string })[];
  receipts?: { user_id: string; change: number }[];
  last_change: number;
  has_more: boolean;
  full?: boolean;
};

/** What a device holds of a room. */
type Device = {
  messages: Map<string, unknown>;
  members: Map<string, unknown>;
  receipts: Map<string, unknown>;
  change: number;
};

async function load(person: Person, roomId: string): Promise<Device> {
  const page: Page = (await person.rest.post("/sync/messages", { room_id: roomId, limit: 100 })).body.data;
  expect(page.full).toBe(true);
  return fold({ messages: new Map(), members: new Map(), receipts: new Map(), change: 0 }, page);
}

async function catchUp(person: Person, roomId: string, device: Device, limit: number): Promise<number> {
  for (let pages = 1; ; pages += 1) {
    const body = { room_id: roomId, since_change: device.change, limit };
    const page: Page = (await person.rest.post("/sync/messages", body)).body.data;
    expect(page.full).toBeUndefined();
    expect(page.last_change).toBeGreaterThanOrEqual(device.change);
    fold(device, page);
    if (!page.has_more) return pages;
  }
}

function fold(device: Device, page: Page): Device {
  for (const message of page.messages) device.messages.set(message.id, message);
  for (const member of page.members ?? []) device.members.set(member.user_id, member);
  for (const receipt of page.receipts ?? []) device.receipts.set(receipt.user_id, receipt);
  device.change = page.last_change;
  return device;
}

function digest(device: Device): string {
  const sort = (map: Map<string, unknown>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));
  const present = sort(device.members).filter(([, member]) => (member as { is_member: boolean }).is_member);
  const places = new Set(present.map(([id]) => id));
  const receipts = sort(device.receipts).filter(([id]) => places.has(id));
  return JSON.stringify([sort(device.messages), present, receipts, device.change]);
}

async function busyRoom(): Promise<string> {
  const roomId = (await ada.rest.post("/rooms", { type: "group", name: "G", member_ids: ["bob"] })).body.data.id;
  for (let n = 1; n <= 10; n += 1) await ada.rest.post(`/rooms/${roomId}/messages`, { content: `m${n}` });
  return roomId;
}

async function live(roomId: string): Promise<void> {
  await ada.rest.put(`/messages/${roomId}.2`, { content: "edited" });
  await ada.rest.delete(`/messages/${roomId}.3`);
  await bob.rest.post(`/messages/${roomId}.4/reactions/${encodeURIComponent("🎉")}`);
  await bob.rest.put(`/messages/${roomId}.9/seen`);
  await ada.rest.post(`/rooms/${roomId}/members`, { user_id: "carl" });
  await ada.rest.patch(`/rooms/${roomId}/members/carl`, { role: "admin" });
  await ada.rest.patch(`/rooms/${roomId}`, { name: "Renamed" });
  await bob.rest.post(`/rooms/${roomId}/messages`, { content: "an answer", reply_to: `${roomId}.1` });
  await ada.rest.delete(`/rooms/${roomId}/members/carl`);
}

describe("sync.messages", () => {
  for (const limit of [1, 3, 100]) {
    it(`[G5] by change, in pages of ${limit}, ends where a fresh device begins`, async () => {
      const roomId = await busyRoom();
      const device = await load(bob, roomId);
      await live(roomId);
      const pages = await catchUp(bob, roomId, device, limit);
      expect(digest(device)).toBe(digest(await load(bob, roomId)));
      if (limit === 1) expect(pages).toBeGreaterThan(8);
    });
  }

  it("[G5] while others write, nothing is skipped", async () => {
    const roomId = await busyRoom();
    const device = await load(bob, roomId);
    const writing = Promise.all(
      Array.from({ length: 60 }, (_, n) =>
        n % 3 === 0
          ? ada.rest.put(`/messages/${roomId}.${(n % 9) + 1}`, { content: `v${n}` })
          : ada.rest.post(`/rooms/${roomId}/messages`, { content: `w${n}` }),
      ),
    );
    for (let n = 0; n < 10; n += 1) await catchUp(bob, roomId, device, 7);
    await writing;
    await catchUp(bob, roomId, device, 7);
    expect(digest(device)).toBe(digest(await load(bob, roomId)));
  });

  it("a device ahead of the room, or older than its membership, is told to reload", async () => {
    const roomId = await busyRoom();
    const ahead = await bob.rest.post("/sync/messages", { room_id: roomId, since_change: 10_000 });
    expect(ahead.body.data.full).toBe(true);
    await ada.rest.delete(`/rooms/${roomId}/members/bob`);
    await ada.rest.post(`/rooms/${roomId}/members`, { user_id: "bob" });
    const older = await bob.rest.post("/sync/messages", { room_id: roomId, since_change: 5 });
    expect(older.body.data.full).toBe(true);
  });

  it("by sequence and by time, brings newer messages in pages", async () => {
    const roomId = await busyRoom();
    const first = (await bob.rest.post("/sync/messages", { room_id: roomId, since_sequence: 4, limit: 3 })).body.data;
    expect(first).toMatchObject({ has_more: true, last_sequence: 7 });
    expect(first.messages.map((message: { sequence_number: number }) => message.sequence_number)).toEqual([5, 6, 7]);
    const since = first.messages[2].created_at;
    const later = (await bob.rest.post("/sync/messages", { room_id: roomId, since_timestamp: since })).body.data;
    expect(later).toMatchObject({ has_more: false, last_sequence: 10 });
    expect(later.messages.map((message: { sequence_number: number }) => message.sequence_number)).toContain(10);
  });

  it("history before one joined stays out where the room says so", async () => {
    const roomId = (
      await ada.rest.post("/rooms", { type: "group", name: "G", settings: { history_visible_to_new_members: false } })
    ).body.data.id;
    await ada.rest.post(`/rooms/${roomId}/messages`, { content: "before" });
    await ada.rest.post(`/rooms/${roomId}/members`, { user_id: "bob" });
    await ada.rest.post(`/rooms/${roomId}/messages`, { content: "after" });
    const page: Page = (await bob.rest.post("/sync/messages", { room_id: roomId })).body.data;
    const history = (await bob.rest.get(`/rooms/${roomId}/messages`)).body.data;
    const hidden = await bob.rest.get(`/messages/${roomId}.1`);
    const quoted = await bob.rest.post(`/rooms/${roomId}/messages`, { content: "re", reply_to: `${roomId}.1` });
    expect(page.messages.map((message) => message.id)).toEqual([`${roomId}.2`, `${roomId}.3`]);
    expect(history).toHaveLength(2);
    expect([hidden.body.code, quoted.body.code]).toEqual(["not_found", "not_found"]);
  });
});

describe("sync.chats", () => {
  async function sync(person: Person, cursor?: string, limit = 100) {
    return (await person.rest.post("/sync/chats", { ...(cursor ? { cursor } : {}), limit })).body.data;
  }

  it("brings the rooms that moved, those that ended, and what one hid", async () => {
    const [quiet, moving, ending] = [await busyRoom(), await busyRoom(), await busyRoom()];
    const start = await sync(bob);
    expect(start.full).toBe(true);
    await ada.rest.post(`/rooms/${moving}/messages`, { content: "news" });
    await ada.rest.delete(`/rooms/${ending}/members/bob`);
    await bob.rest.delete(`/messages/${quiet}.1?for=me`);
    const next = await sync(bob, start.cursor);
    expect(next.rooms.map((room: { id: string }) => room.id)).toContain(moving);
    expect(next.rooms.map((room: { id: string }) => room.id)).not.toContain(ending);
    expect(next.removed_rooms).toContain(ending);
    expect(next.account.hidden_messages).toMatchObject([{ message_id: `${quiet}.1` }]);
    const last = await sync(bob, next.cursor);
    expect(last).toMatchObject({ account: { hidden_messages: [] }, full: false });
  });

  it("pages through all rooms once, and a later change is not lost between pages", async () => {
    const made = new Set<string>();
    for (let n = 0; n < 7; n += 1) made.add(await busyRoom());
    let page = await sync(bob, undefined, 3);
    const seen = new Set<string>();
    const late = [...made][0] ?? "";
    let isLate = false;
    for (;;) {
      for (const room of page.rooms) seen.add(room.id);
      if (!isLate) await ada.rest.post(`/rooms/${late}/messages`, { content: "late" });
      isLate = true;
      if (!page.has_more) break;
      page = await sync(bob, page.cursor, 3);
    }
    for (const id of made) expect(seen).toContain(id);
    const after = await sync(bob, page.cursor);
    expect(after.rooms.map((room: { id: string }) => room.id)).toContain(late);
  });

  it("refuses a cursor that it did not give", async () => {
    for (const cursor of ["x", "e30", Buffer.from('{"since":"a","account":0}').toString("base64url")]) {
      expect((await bob.rest.post("/sync/chats", { cursor })).body.code).toBe("invalid_request");
    }
    const future = Buffer.from(JSON.stringify({ since: "999999999999", account: 0 })).toString("base64url");
    expect((await sync(bob, future)).full).toBe(true);
  });
});
