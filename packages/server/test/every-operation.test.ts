/** Every operation over each door that it has, against the server as a process, with official clients. */
import { events } from "@pipit/protocol/events";
import { listOperations } from "@pipit/protocol/operations";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type CheckedClient, callRest, createCheckedClient } from "./setup/checked-client.ts";
import { type ServerProcess, startServerProcess } from "./setup/server-process.ts";
import { createTestDatabase, type TestDatabase } from "./setup/test-database.ts";
import { testAdminKey } from "./setup/test-server.ts";
import { dot, note, putFile, toClaim } from "./setup/upload.ts";

let database: TestDatabase;
let server: ServerProcess;
let phone: CheckedClient;
let laptop: CheckedClient;
let bob: CheckedClient;
const called = new Set<string>();

async function token(userId: string): Promise<string> {
  called.add("admin.issueToken rest");
  const { operation } = find("admin.issueToken");
  const reply = await callRest(server.url, testAdminKey, operation, { user_id: userId });
  expect(operation.output.parse(reply.data)).toEqual(reply.data);
  return reply.data.token;
}

function find(name: string) {
  const row = listOperations().find((entry) => entry.name === name);
  if (!row) throw new Error(`there is no ${name}`);
  return row;
}

beforeAll(async () => {
  database = await createTestDatabase();
  server = await startServerProcess({ DATABASE_URL: database.url });
  const ada = await token("ada");
  phone = await createCheckedClient(server.url, ada, called);
  laptop = await createCheckedClient(server.url, await token("ada"), called);
  bob = await createCheckedClient(server.url, await token("bob"), called);
  await token("carl");
});

afterAll(async () => {
  for (const client of [phone, laptop, bob]) client?.socket.disconnect();
  if (server?.child.exitCode === null) await server.end("SIGKILL");
  await database?.drop();
});

describe("every operation", () => {
  let group: string;
  let room: string;

  it("users and the host's own calls", async () => {
    called.add("admin.upsertUser rest");
    const { operation } = find("admin.upsertUser");
    const reply = await callRest(server.url, testAdminKey, operation, { user_id: "dora", name: "Dora Explorer" });
    expect(operation.output.parse(reply.data)).toEqual({
      id: "dora",
      name: "Dora Explorer",
      avatar_url: null,
      role: "user",
    });
    expect(await phone.rest("users.me", {})).toMatchObject({ id: "ada" });
    expect(await phone.rest("users.update", { name: "Ada Lovelace" })).toMatchObject({ name: "Ada Lovelace" });
    expect(await bob.rest("users.get", { user_id: "ada" })).toMatchObject({ name: "Ada Lovelace" });
    expect(await bob.rest("users.search", { q: "love", limit: 5 })).toMatchObject([{ id: "ada" }]);
  });

  it("blocks", async () => {
    const blocked = { user_id: "dora", is_blocked: true };
    const lifted = { user_id: "dora", is_blocked: false };
    expect(await phone.rest("users.block", { user_id: "dora" })).toMatchObject(blocked);
    await phone.acked("users.block", { user_id: "dora" });
    expect(await phone.emitted("users.block", { user_id: "dora" })).toMatchObject(blocked);
    expect(await phone.rest("users.blocked", {})).toEqual(["dora"]);
    expect(await phone.rest("users.unblock", { user_id: "dora" })).toMatchObject(lifted);
    await phone.acked("users.unblock", { user_id: "dora" });
    expect(await phone.emitted("users.unblock", { user_id: "dora" })).toMatchObject(lifted);
  });

  it("rooms", async () => {
    const made = await phone.rest("rooms.create", { type: "group", name: "Crew", member_ids: ["bob"] });
    group = made.id;
    await bob.hears("room:created", (payload) => payload.room_id === group);
    await phone.acked("rooms.create", { type: "channel", name: "News", member_ids: ["bob"] });
    await phone.emitted("rooms.create", { type: "group", name: "Other" });
    room = (await phone.acked("rooms.createDirect", { user_id: "bob" })).id;
    expect((await bob.emitted("rooms.createDirect", { user_id: "ada" })).id).toBe(room);
    expect(await phone.rest("rooms.get", { room_id: room })).toMatchObject({ peer: { id: "bob" } });
    expect(await phone.rest("rooms.list", { limit: 10 })).toHaveLength(4);
    await phone.rest("rooms.update", { room_id: group, name: "The crew" });
    await bob.hears("group:updated", (payload) => payload.name === "The crew");
    await phone.acked("rooms.update", { room_id: group, description: "Us" });
    await phone.emitted("rooms.update", { room_id: group, settings: { who_can_add: "admins" } });
  });

  it("messages", async () => {
    const sent = await phone.acked("messages.send", { room_id: room, content: "hi", client_message_id: "1" });
    expect(await bob.hears("message:receive", (payload) => payload.id === sent.id)).toMatchObject({ content: "hi" });
    expect(await laptop.hears("message:receive", (payload) => payload.id === sent.id)).toMatchObject({ content: "hi" });
    const answer = await bob.emitted("messages.send", {
      room_id: room,
      content: "hello @ada",
      reply_to: sent.id,
      meta_data: { mentions: ["ada"] },
    });
    expect(answer.reply_preview).toMatchObject({ content: "hi", sender_id: "ada" });
    expect(await phone.hears("notification:mention")).toMatchObject({ messageId: answer.id, mentionedBy: "bob" });
    const rest = await phone.rest("messages.send", { room_id: room, content: "over REST" });
    expect(await phone.rest("messages.list", { room_id: room, after: 1 })).toMatchObject([
      { id: answer.id },
      { id: rest.id },
    ]);
    expect(await phone.acked("messages.list", { room_id: room, before: 2 })).toMatchObject([{ id: sent.id }]);
    expect(await bob.emitted("messages.list", { room_id: room, around: 2, limit: 2 })).toHaveLength(2);
    expect(await bob.rest("messages.get", { message_id: sent.id })).toMatchObject({ content: "hi" });
  });

  it("edits, reactions and deletions", async () => {
    const { id } = await phone.rest("messages.send", { room_id: room, content: "frist" });
    await phone.rest("messages.edit", { message_id: id, content: "first" });
    await bob.hears("message:edit:update", (payload) => payload.content === "first");
    await phone.acked("messages.edit", { message_id: id, content: "First" });
    expect(await phone.emitted("messages.edit", { message_id: id, content: "First!" })).toMatchObject({
      is_edited: true,
    });
    await bob.rest("messages.react", { message_id: id, emoji: "👍" });
    await phone.hears("message:reaction:update", (payload) => payload.action === "added");
    await bob.acked("messages.react", { message_id: id, emoji: "❤️" });
    expect((await bob.emitted("messages.react", { message_id: id, emoji: "🎉" })).reactions).toHaveLength(3);
    await bob.rest("messages.unreact", { message_id: id, emoji: "👍" });
    await bob.acked("messages.unreact", { message_id: id, emoji: "❤️" });
    expect((await bob.emitted("messages.unreact", { message_id: id, emoji: "🎉" })).reactions).toEqual([]);
    await bob.rest("messages.delete", { message_id: id, for: "me" });
    await phone.acked("messages.delete", { message_id: id, for: "me" });
    await laptop.hears("account:update", (payload) => payload.message_id === id);
    const other = await phone.rest("messages.send", { room_id: room, content: "gone soon" });
    await phone.emitted("messages.delete", { message_id: other.id });
    expect(await bob.hears("message:delete:update")).toMatchObject({ id: other.id, content: "", is_deleted: true });
  });

  it("stars and preferences", async () => {
    const { id } = await bob.rest("messages.send", { room_id: room, content: "worth keeping" });
    expect(await phone.rest("messages.star", { message_id: id })).toMatchObject({ is_starred: true });
    await laptop.hears("account:update", (payload) => payload.kind === "message_starred" && payload.is_starred);
    expect(await phone.acked("messages.star", { message_id: id })).toMatchObject({ is_starred: false });
    expect(await phone.emitted("messages.star", { message_id: id, is_starred: true })).toMatchObject({
      message_id: id,
    });
    await phone.rest("messages.removeStar", { message_id: id });
    await phone.rest("messages.addStar", { message_id: id });
    expect(await phone.rest("messages.starred", { room_id: room })).toMatchObject([{ id, is_starred: true }]);
    expect(await phone.acked("messages.starred", { page: 1, limit: 5 })).toHaveLength(1);
    expect((await phone.emitted("messages.starred", {})).data).toMatchObject([{ id }]);
    const draft = { content: "in a minute", reply_to: id };
    const set = await phone.rest("rooms.setPreferences", { room_id: room, is_pinned: true, draft });
    expect(set).toMatchObject({ is_pinned: true, draft });
    await laptop.hears("account:update", (payload) => payload.preferences?.is_pinned === true);
    await phone.acked("rooms.setPreferences", { room_id: room, is_archived: true, draft: null });
    const muted = { muted_until: "2999-01-01T00:00:00.000Z" };
    expect(await phone.emitted("rooms.setPreferences", { room_id: room, ...muted })).toMatchObject(muted);
    expect(await phone.rest("rooms.get", { room_id: room })).toMatchObject({ ...muted, is_pinned: true, draft: null });
  });

  it("how chats are kept", async () => {
    const other = (await phone.rest("rooms.create", { type: "group", name: "Kept", member_ids: ["bob"] })).id;
    await bob.rest("messages.send", { room_id: other, content: "soon cleared" });
    expect(await phone.rest("rooms.clear", { room_id: other })).toMatchObject({
      cleared_sequence: 1,
      is_hidden: false,
    });
    await laptop.hears("account:update", (payload) => payload.preferences?.cleared_sequence === 1);
    expect(await phone.acked("rooms.clear", { room_id: other, delete_chat: true })).toMatchObject({ is_hidden: true });
    expect(await phone.emitted("rooms.clear", { room_id: other })).toMatchObject({ is_hidden: false });
    expect(await phone.rest("chats.settings", {})).toEqual({ unarchive_on: "mention", mentions_pierce_mute: true });
    await phone.rest("chats.setSettings", { unarchive_on: "never" });
    await laptop.hears("account:update", (payload) => payload.settings?.chats.unarchive_on === "never");
    const { folders } = await phone.rest("folders.set", { folders: [{ id: "f", name: "Kept", room_ids: [other] }] });
    expect(await phone.rest("folders.list", {})).toEqual(folders);
    await phone.rest("rooms.delete", { room_id: other });
  });

  it("forwarding and the list of mentions", async () => {
    const { id } = await phone.rest("messages.send", { room_id: room, content: "pass it on, @[bob]" });
    const input = { message_id: id, target_room_ids: [group] };
    const forwarded = await bob.rest("messages.forward", input);
    expect(forwarded).toMatchObject({ forwarded_count: 1, failed: [] });
    await phone.hears("message:receive", (payload) => payload.id === forwarded.message_ids[0]);
    await phone.hears("message:edit:update", (payload) => payload.id === id && payload.forwarded_count === 1);
    await bob.acked("messages.forward", input);
    expect(await bob.emitted("messages.forward", input)).toMatchObject({ forwarded_count: 1 });
    expect(await bob.rest("messages.mentions", { limit: 1 })).toMatchObject([{ id, forwarded_count: 3 }]);
    await bob.acked("messages.mentions", {});
    expect((await bob.emitted("messages.mentions", {})).data).toMatchObject([{ id }]);
  });

  it("polls and pins", async () => {
    const meta_data = { poll: { question: "Where to?", options: ["sea", "hills"], is_multiple: true } };
    const asked = await phone.rest("messages.send", { room_id: room, meta_data });
    expect(asked).toMatchObject({ message_type: "poll", meta_data: { poll: { voter_count: 0, closed_at: null } } });
    const message_id = asked.id;
    await bob.rest("polls.vote", { message_id, option_ids: [0] });
    await phone.hears("message:poll:update", (payload) => payload.option_ids?.[0] === 0);
    await bob.acked("polls.vote", { message_id, option_ids: [0, 1] });
    expect(await phone.emitted("polls.vote", { message_id, option_ids: [1] })).toMatchObject({
      poll: { voter_count: 2, options: [{ vote_count: 1 }, { vote_count: 2 }] },
    });
    expect(await bob.rest("polls.votes", { message_id })).toMatchObject([{ user_id: "ada" }, { option_ids: [0, 1] }]);
    await phone.rest("polls.close", { message_id });
    await phone.acked("polls.close", { message_id });
    expect(await phone.emitted("polls.close", { message_id })).toMatchObject({ is_changed: false });
    await phone.rest("messages.pin", { message_id, duration: "24h" });
    await bob.hears("group:updated", (payload) => payload.pinned_messages[0]?.message_id === message_id);
    await bob.acked("messages.pin", { message_id });
    expect((await phone.emitted("messages.pin", { message_id })).pinned_messages).toMatchObject([{ pinned_by: "ada" }]);
    await bob.rest("messages.unpin", { message_id });
    await bob.acked("messages.unpin", { message_id });
    expect(await phone.emitted("messages.unpin", { message_id })).toMatchObject({ pinned_messages: [] });
  });

  it("media to be opened once", async () => {
    const ticket = await phone.rest("media.requestUpload", toClaim(dot));
    await putFile(ticket, dot);
    const { id } = await phone.rest("media.confirmUpload", { fileKey: ticket.fileKey, ...toClaim(dot) });
    const send = { room_id: room, upload_id: id, is_view_once: true };
    const sent = [];
    for (let n = 0; n < 3; n += 1) sent.push((await phone.rest("messages.send", send)).id);
    const [first, second, third] = sent;
    const { signedUrl } = await bob.rest("messages.open", { message_id: first });
    expect((await fetch(signedUrl)).status).toBe(200);
    await phone.hears("message:edit:update", (payload) => payload.view_once?.opened_by[0] === "bob");
    await bob.acked("messages.open", { message_id: second });
    expect(await bob.emitted("messages.open", { message_id: third })).toMatchObject({ type: "image/png" });
    await phone.rest("media.delete", { uploadId: id });
  });

  it("media", async () => {
    const claim = toClaim(note);
    const ticket = await phone.rest("media.requestUpload", { ...claim, resumable: true });
    await phone.acked("media.requestUpload", claim);
    await phone.emitted("media.requestUpload", { ...claim, messageType: "file" });
    const { fileKey } = ticket;
    expect(await phone.rest("media.resumeUpload", { fileKey })).toMatchObject({ resumable: { protocol: "tus" } });
    await phone.acked("media.resumeUpload", { fileKey });
    await phone.emitted("media.resumeUpload", { fileKey });
    expect((await putFile(ticket, note)).status).toBe(200);
    const medium = await phone.rest("media.confirmUpload", { fileKey, ...claim });
    expect((await phone.acked("media.confirmUpload", { fileKey, ...claim })).id).toBe(medium.id);
    expect((await phone.emitted("media.confirmUpload", { fileKey, ...claim })).id).toBe(medium.id);
    const sent = await phone.rest("messages.send", { room_id: room, file_url: medium.url });
    const heard = await bob.hears("message:receive", (payload) => payload.id === sent.id);
    expect(heard).toMatchObject({ message_type: "file", media: { upload_id: medium.id, file_name: note.name } });
    expect(await bob.rest("media.get", { uploadId: medium.id })).toMatchObject({ url: medium.url });
    await bob.acked("media.get", { uploadId: medium.id });
    await bob.emitted("media.get", { uploadId: medium.id });
    expect((await phone.rest("media.usage", {})).used).toBe(3 * note.bytes.length);
    await phone.rest("media.delete", { uploadId: medium.id });
    await bob.hears("message:edit:update", (payload) => payload.is_media_removed === true);
    called.add("admin.mediaUsage rest");
    const { operation } = find("admin.mediaUsage");
    const usage = await callRest(server.url, testAdminKey, operation, { user_id: "ada" });
    expect(operation.output.parse(usage.data)).toMatchObject({ user_id: "ada", used: 2 * note.bytes.length });
  });

  it("receipts", async () => {
    const { id, sequence_number } = await phone.rest("messages.send", { room_id: room, content: "read me" });
    expect((await bob.rest("rooms.unread", {})).total_unread).toBeGreaterThan(0);
    await bob.rest("receipts.markDelivered", { message_id: id });
    await phone.hears("message:delivered:update", (payload) => payload.up_to_sequence === sequence_number);
    await bob.acked("receipts.markDelivered", { room_id: room, up_to_sequence: sequence_number });
    await bob.emitted("receipts.markDelivered", { message_id: id });
    await bob.rest("receipts.markSeen", { message_id: id });
    await phone.hears("message:seen:update", (payload) => payload.up_to_sequence === sequence_number);
    await bob.acked("receipts.markSeen", { message_id: id });
    await bob.emitted("receipts.markSeen", { room_id: room, up_to_sequence: sequence_number });
    await bob.rest("receipts.mark", { room_id: room, kind: "read", up_to_sequence: sequence_number });
    expect(await phone.rest("messages.get", { message_id: id })).toMatchObject({ status: "read" });
    expect(await bob.acked("rooms.unread", { room_id: room })).toEqual({ total_unread: 0, rooms: [] });
    await bob.emitted("rooms.unread", {});
    const info = await phone.rest("messages.info", { message_id: id });
    expect(info).toMatchObject({ seen_by: [{ user_id: "bob" }], total_recipients: 1 });
    await phone.acked("messages.info", { message_id: id });
    await phone.emitted("messages.info", { message_id: id });
  });

  it("presence and privacy", async () => {
    const [seen] = await bob.acked("presence.subscribe", { user_ids: ["ada", "nobody"] });
    expect(seen).toMatchObject({ user_id: "ada", is_online: true });
    expect(await bob.emitted("presence.subscribe", { user_ids: ["carl"] })).toMatchObject([{ is_online: false }]);
    expect(await phone.rest("presence.setStatusMessage", { status_message: "At sea" })).toMatchObject({
      status_message: "At sea",
    });
    await bob.hears("user:presence_update", (payload) => payload.status_message === "At sea");
    await phone.acked("presence.setStatusMessage", { status_message: "Ashore" });
    await phone.emitted("presence.setStatusMessage", { status_message: null });
    await laptop.hears("account:update", (payload) => payload.settings?.status_message === "Ashore");
    expect(await bob.rest("presence.lastSeen", { user_id: "ada" })).toMatchObject({ is_online: true });
    await bob.acked("presence.lastSeen", { user_id: "ada" });
    await bob.emitted("presence.lastSeen", { user_id: "dora" });
    expect(await phone.rest("users.setPrivacy", { status_message: "shared_rooms" })).toMatchObject({
      online: "everyone",
      status_message: "shared_rooms",
    });
    expect(await phone.rest("users.privacy", {})).toMatchObject({ status_message: "shared_rooms" });
    await phone.acked("session.renew", { token: await token("ada") });
    await phone.emitted("session.renew", { token: await token("ada") });
    await phone.acked("presence.focus", { in_focus: false });
    await phone.emitted("presence.focus", { in_focus: true });
    await bob.acked("presence.unsubscribe", { user_ids: ["ada"] });
    await bob.emitted("presence.unsubscribe", { user_ids: ["carl"] });
    // Dropped while the process is loaded, or anything waits for the socket: said again, as clients do.
    const isHeard = async () => {
      await phone.acked("presence.typing", { room_id: room });
      return bob.heard.some(({ event, payload }) => event === "user:typing" && payload.room_id === room);
    };
    await vi.waitUntil(isHeard, { timeout: 10_000, interval: 200 });
    await phone.emitted("presence.typing", { room_id: room, kind: "voice" });
    await phone.acked("presence.stopTyping", { room_id: room });
    await phone.emitted("presence.stopTyping", { room_id: room, kind: "voice" });
    await bob.hears("user:stop_typing", (payload) => payload.kind === "text");
  });

  it("members", async () => {
    await phone.rest("members.add", { room_id: group, user_id: "carl" });
    await bob.hears("group:joined", (payload) => payload.user_id === "carl");
    await phone.acked("members.add", { room_id: group, user_id: "dora" });
    expect(await phone.emitted("members.add", { room_id: group, user_id: "dora" })).toMatchObject({ role: "member" });
    expect(await bob.rest("members.list", { room_id: group })).toHaveLength(4);
    await phone.rest("members.setRole", { room_id: group, user_id: "carl", role: "admin" });
    await bob.hears("member:updated", (payload) => payload.role === "admin");
    await phone.rest("members.remove", { room_id: group, user_id: "carl" });
    await phone.hears("group:left", (payload) => payload.user_id === "carl" && "member" in payload);
  });

  it("ways into a room", async () => {
    const { id } = await phone.rest("rooms.create", { type: "group", name: "Club" });
    const open = await phone.rest("invites.create", { room_id: id });
    const asking = await phone.rest("invites.create", { room_id: id, needs_approval: true, max_uses: 3 });
    expect(await phone.rest("invites.list", { room_id: id })).toHaveLength(2);
    expect(await bob.rest("invites.preview", { code: open.code })).toMatchObject({ name: "Club", is_member: false });
    const asked = await bob.rest("groups.joinConfirm", { room_id: id, invite_code: asking.code });
    expect(asked).toMatchObject({ joined_at: null, is_pending: true });
    await phone.hears("group:join:requested", (payload) => payload.user_id === "bob");
    expect(await phone.rest("joinRequests.list", { room_id: id })).toMatchObject([{ user_id: "bob" }]);
    await bob.rest("joinRequests.withdraw", { room_id: id });
    await bob.acked("groups.joinConfirm", { room_id: id, invite_code: asking.code });
    await phone.rest("joinRequests.decide", { room_id: id, user_id: "bob", decision: "approve" });
    await bob.hears("group:join:decided", (payload) => payload.decision === "approve");
    await bob.hears("room:created", (payload) => payload.room_id === id);
    expect(await bob.emitted("groups.joinConfirm", { room_id: id })).toMatchObject({ is_pending: false });
    await bob.rest("groups.leave", { room_id: id });
    await phone.rest("invites.revoke", { room_id: id, code: open.code });
    await phone.rest("invitations.create", { room_id: id, user_id: "bob" });
    await bob.hears("group:invited", (payload) => payload.room_id === id && payload.room_name === "Club");
    expect(await bob.rest("invitations.list", {})).toMatchObject([{ room_id: id, invited_by: "ada" }]);
    await bob.rest("invitations.decline", { room_id: id });
    await phone.acked("invitations.create", { room_id: id, user_id: "carl" });
    expect(await phone.emitted("invitations.create", { room_id: id, user_id: "carl" })).toMatchObject({
      user_id: "carl",
    });
    await phone.rest("rooms.delete", { room_id: id });
  });

  it("sync", async () => {
    const chats = await bob.rest("sync.chats", { device_id: "d" });
    expect(chats.full).toBe(true);
    expect((await bob.acked("sync.chats", { cursor: chats.cursor })).full).toBe(false);
    await bob.emitted("sync.chats", {});
    expect((await bob.rest("sync.messages", { room_id: room })).full).toBe(true);
    expect((await bob.acked("sync.messages", { room_id: room, since_change: 1 })).messages.length).toBeGreaterThan(0);
    const later = await bob.emitted("sync.messages", {
      room_id: room,
      since_timestamp: "2020-01-01T00:00:00Z",
      limit: 2,
    });
    expect(later).toMatchObject({ has_more: true });
  });

  it("devices", async () => {
    const own = await token("ada");
    const tablet = await createCheckedClient(server.url, own, called);
    const device = { device_name: "Tablet", device_type: "tablet", platform: "android", app_version: "1" };
    const device_id = `device-of-${own.slice(-8)}`;
    expect(await tablet.rest("devices.register", { device_id, ...device })).toMatchObject({ device_id, ...device });
    await tablet.acked("devices.register", { device_id, ...device, push_token: "fcm-token" });
    expect(await tablet.emitted("devices.register", { device_id, ...device })).toMatchObject({ push_provider: "fcm" });
    await phone.rest("devices.register", { device_id: "old", ...device });
    expect(await phone.rest("devices.list", {})).toHaveLength(2);
    expect(await phone.acked("devices.list", {})).toHaveLength(2);
    expect(await tablet.emitted("devices.list", {})).toHaveLength(2);
    expect((await tablet.acked("devices.sync", {})).current_device).toMatchObject({ device_id });
    expect((await phone.emitted("devices.sync", { device_id: "old" })).current_device).toMatchObject({
      device_id: "old",
    });
    expect(await tablet.rest("devices.testPush", { device_id })).toMatchObject({ result: "failed" });
    expect(await phone.rest("push.config", {})).toMatchObject({ providers: ["webpush"] });
    await phone.acked("devices.logout", { device_id: "old" });
    await phone.emitted("devices.logout", { device_id: "old" });
    await phone.rest("devices.logout", { device_id });
    expect(await tablet.hears("device:logged-out")).toEqual({ device_id });
    expect(await phone.rest("devices.list", {})).toMatchObject([{ is_active: false }, { is_active: false }]);
  });

  it("leaving, removal and closing", async () => {
    await phone.rest("members.remove", { room_id: group, user_id: "bob" });
    expect(await bob.hears("group:removed")).toEqual({ room_id: group, removed_by: "ada" });
    const news = (await bob.rest("rooms.list", {})).find((entry: { name: string }) => entry.name === "News");
    await bob.acked("groups.leave", { room_id: news.id });
    await phone.rest("members.add", { room_id: news.id, user_id: "bob" });
    await bob.emitted("groups.leave", { room_id: news.id });
    const left = { room_id: news.id, type: "channel", name: "News", removed_by: null };
    expect(await bob.rest("rooms.left", { limit: 1 })).toMatchObject([left]);
    expect(await bob.acked("rooms.left", {})).toMatchObject([left, { room_id: group, removed_by: "ada" }]);
    expect((await bob.emitted("rooms.left", {})).data).toHaveLength(2);
    const [{ last_sequence }] = await bob.rest("rooms.left", {});
    expect((await bob.rest("messages.list", { room_id: news.id })).at(-1).sequence_number).toBe(last_sequence);
    await bob.rest("rooms.forgetLeft", { room_id: news.id });
    expect(await bob.rest("rooms.left", {})).toHaveLength(1);
    await phone.rest("members.add", { room_id: news.id, user_id: "bob" });
    await phone.rest("rooms.delete", { room_id: news.id });
    await bob.hears("room:deleted", (payload) => payload.room_id === news.id);
    await phone.rest("groups.leave", { room_id: group });
  });

  it("an event that names no operation", async () => {
    phone.socket.emit("no:such:event", {});
    expect(await phone.hears("request:error")).toMatchObject({ code: "invalid_request" });
  });

  it("was called over each door that it has", () => {
    const doors = listOperations().flatMap(({ name, operation }) => [
      ...(operation.rest ? [`${name} rest`] : []),
      ...(operation.socket ? [`${name} socket`, `${name} reply event`] : []),
    ]);
    expect([...called].sort()).toEqual(doors.sort());
  });

  it("a stop drains: sockets are told, and every event of the table was heard", async () => {
    const told = phone.hears("sync:required");
    expect(await server.end("SIGTERM")).toBe(0);
    expect(await told).toMatchObject({ reason: "server_draining" });
    const heard = new Set([phone, laptop, bob].flatMap((client) => client.heard.map((entry) => entry.event)));
    expect(Object.keys(events).filter((event) => !heard.has(event))).toEqual([]);
  });
});
