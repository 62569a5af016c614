/** The hot paths find rows by their keys: no plan of theirs scans messages, members or the receipt log. */
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { register } from "./setup/own-devices.ts";
import { type Person, startTestServer, type TestServer } from "./setup/test-server.ts";
import { dot, upload } from "./setup/upload.ts";

let server: TestServer;
let client: pg.Client;
let ada: Person;
let bob: Person;
let roomId: string;

beforeAll(async () => {
  server = await startTestServer();
  ada = await server.person("ada");
  bob = await server.person("bob");
  roomId = (await ada.rest.post("/rooms", { type: "direct", member_ids: ["bob"] })).body.data.id;
  client = new pg.Client(server.databaseUrl);
  await client.connect();
  // Enough rows that a scan would be the dearer way, in rooms that nobody looks at.
  await client.query(`
    with other as (select gen_random_uuid() as id from generate_series(1, 200))
    insert into messages (room_id, sequence, change, countable, sender_id, message_type, content, created_at, updated_at)
    select other.id, n, n, n, 'x', 'text', 'filler', now(), now() from other, generate_series(1, 100) n`);
  await client.query(`
    insert into members (room_id, user_id, tenant_id, role, is_member, joined_at, joined_change, change, first_visible)
    select gen_random_uuid(), 'u' || n, 'default', 'member', true, now(), 1, 1, 1 from generate_series(1, 20000) n`);
  await client.query(
    "insert into mentions (room_id, user_id, sequence, mentioned_at, tenant_id) select gen_random_uuid(), 'u' || n, 1, now(), 'default' from generate_series(1, 20000) n",
  );
  await client.query(`
    insert into stars (room_id, sequence, user_id, tenant_id, is_starred, starred_at, account_change)
    select gen_random_uuid(), 1, 'u' || n % 100, 'default', true, now(), n from generate_series(1, 20000) n`);
  await client.query(`
    insert into membership_periods (room_id, user_id, from_sequence)
    select gen_random_uuid(), 'u' || n, 1 from generate_series(1, 20000) n`);
  await client.query(`
    insert into receipt_log (room_id, user_id, kind, up_to, at)
    select gen_random_uuid(), 'u' || n, 'read', 1, now() from generate_series(1, 20000) n`);
  await client.query(`
    insert into hidden_messages (room_id, user_id, sequence, tenant_id, account_change)
    select gen_random_uuid(), 'u' || n % 100, 1, 'default', n from generate_series(1, 20000) n`);
  await client.query(`
    insert into devices (tenant_id, user_id, device_id, device_name, device_type, platform, app_version, push_token,
      push_provider, last_active_at, created_at, updated_at)
    select 'default', 'u' || n, 'd' || m, 'x', 'web', 'web', '1', 't' || n || m, 'fcm', now(), now(), now()
    from generate_series(1, 10000) n, generate_series(1, 2) m`);
  await client.query(`
    insert into users (tenant_id, id, name, role, created_at, updated_at)
    select 'default', 'u' || n, 'x', 'user', now(), now() from generate_series(1, 20000) n`);
  await client.query(`
    insert into rooms (id, tenant_id, type, created_by, who_can_send, who_can_edit_info, who_can_add,
      history_visible_to_new_members, active_at, created_at, updated_at)
    select gen_random_uuid(), 'default', 'group', 'u' || n, 'everyone', 'everyone', 'everyone', true, now(), now(), now()
    from generate_series(1, 20000) n`);
  await client.query("analyze");
});
afterAll(async () => {
  await client.end();
  await server.close();
});

/** Runs work while PostgreSQL notes which tables were scanned from end to end. */
async function scannedDuring(work: () => Promise<unknown>): Promise<string[]> {
  const before = await countScans();
  await work();
  const after = await countScans();
  return [...after].filter(([table, scans]) => scans > (before.get(table) ?? 0)).map(([table]) => table);
}

async function countScans(): Promise<Map<string, number>> {
  await client.query("select pg_stat_clear_snapshot()");
  // A session reports its figures when it is idle, at most once a second.
  await client.query("select pg_stat_force_next_flush()");
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  const { rows } = await client.query(
    "select relname, seq_scan::int as scans from pg_stat_user_tables where relname in ('messages', 'members', 'receipt_log', 'mentions', 'stars', 'membership_periods', 'hidden_messages', 'devices', 'users', 'rooms')",
  );
  return new Map(rows.map((row) => [row.relname, row.scans]));
}

describe("query plans", () => {
  it("sending, reading, receipts, changes, sync and the picture of somebody (D13) scan no table", async () => {
    const picture = await upload(ada, dot);
    await ada.rest.patch("/users/me", { avatar_url: picture.url });
    const scanned = await scannedDuring(async () => {
      await ada.rest.post(`/rooms/${roomId}/messages`, { content: "x", client_message_id: crypto.randomUUID() });
      expect((await bob.rest.get(`/media/${picture.id}`)).status).toBe(200);
      await ada.rest.get(`/rooms/${roomId}/messages`);
      await ada.rest.get(`/rooms/${roomId}/messages?around=1`);
      await ada.rest.post(`/rooms/${roomId}/receipts`, { kind: "read", up_to_sequence: 1 });
      await ada.rest.get("/unread-count");
      await ada.rest.get("/rooms");
      await ada.rest.post("/sync/messages", { room_id: roomId, since_change: 1 });
      await ada.rest.post("/sync/messages", { room_id: roomId });
      await ada.rest.post("/sync/chats", {});
      await ada.rest.patch("/users/me/privacy", { online: "shared_rooms" });
      await ada.rest.get("/users/bob/presence");
      await ada.rest.post(`/messages/${roomId}.1/reactions/${encodeURIComponent("👍")}`);
      await ada.rest.put(`/messages/${roomId}.1`, { content: "y" });
      await ada.rest.delete(`/messages/${roomId}.1`);
      await register(ada, "phone", { push_token: "hers" });
      await register(ada, "laptop", { push_token: "hers" });
      await ada.rest.call("GET", "/devices", undefined, { "x-device-id": "phone" });
      await ada.rest.post("/devices/phone/logout");
    });
    expect(scanned).toEqual([]);
  });

  it("stars, preferences, message info and what changed of an account scan no table", async () => {
    const { id } = (await ada.rest.post(`/rooms/${roomId}/messages`, { content: "x" })).body.data;
    const scanned = await scannedDuring(async () => {
      await ada.rest.post(`/messages/${id}/star`);
      await ada.rest.get("/messages/starred");
      await ada.rest.get(`/messages/starred?room_id=${roomId}&page=2`);
      await ada.rest.get(`/rooms/${roomId}/messages`);
      await ada.rest.patch(`/rooms/${roomId}/preferences`, { is_pinned: true });
      await bob.rest.post(`/rooms/${roomId}/clear`);
      await ada.rest.post("/sync/chats", {});
      await ada.rest.get(`/messages/${id}/info`);
      await ada.rest.delete(`/messages/${id}?for=me`);
    });
    expect(scanned).toEqual([]);
  });

  it("reading on in a room that one has left, and finding it, scan no table", async () => {
    const left = (await ada.rest.post("/rooms", { name: "Left", member_ids: ["bob"] })).body.data.id;
    const picture = await upload(ada, dot);
    const said = await ada.rest.post(`/rooms/${left}/messages`, { upload_id: picture.id });
    await ada.rest.post(`/rooms/${left}/messages`, { content: "x", reply_to: said.body.data.id });
    const scanned = await scannedDuring(async () => {
      await bob.rest.post(`/rooms/${left}/leave`);
      const replies = [
        await bob.rest.get("/rooms/left"),
        await bob.rest.get(`/rooms/${left}/messages`),
        await bob.rest.get(`/messages/${said.body.data.id}`),
        await bob.rest.get(`/media/${picture.id}`),
        await bob.rest.delete(`/rooms/left/${left}`),
      ];
      expect(replies.map((reply) => reply.status)).toEqual(replies.map(() => 200));
    });
    expect(scanned).toEqual([]);
  });

  it("notifying, taking notifications away, and bringing archived rooms back scan no table", async () => {
    await register(ada, "pager", { push_token: "adas" });
    await ada.rest.patch("/users/me/chat-settings", { unarchive_on: "message" });
    await ada.rest.patch(`/rooms/${roomId}/preferences`, { is_archived: true });
    const scanned = await scannedDuring(async () => {
      await server.rest(bob.token).post(`/rooms/${roomId}/messages`, { content: "x" });
      const lastPush = async () => {
        const devices = (await ada.rest.get("/devices")).body.data;
        return devices.find((device: { device_id: string }) => device.device_id === "pager").last_push;
      };
      await expect.poll(lastPush, { timeout: 10_000 }).toMatchObject({ result: "failed" });
      const isArchived = async () => (await ada.rest.get(`/rooms/${roomId}`)).body.data.is_archived;
      await expect.poll(isArchived, { timeout: 10_000 }).toBe(false);
      await ada.rest.post("/devices/pager/test-push", {});
    });
    expect(scanned).toEqual([]);
  });

  it("this check sees a scan", async () => {
    const scan = () => client.query("select count(*) from messages where content = 'nowhere'");
    expect(await scannedDuring(scan)).toEqual(["messages"]);
  });
});
