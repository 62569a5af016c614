/** For each operation an input that its caller may give, to be spoilt by the tests of bad input. */
import type { OperationName } from "@pipit/protocol/operations";
import { description, register } from "./own-devices.ts";
import type { Person, TestServer } from "./test-server.ts";
import { dot, note, requestUpload, toClaim, upload, uploadOnly } from "./upload.ts";

export type Input = Record<string, unknown>;

/** A room of `owner`, with a message and a poll of theirs in it and media of theirs; `bystander` is a member, `newcomer` is not. */
export type Fixture = {
  owner: Person;
  roomId: string;
  messageId: string;
  pollId: string;
  /** Of bystander, with a picture that may be opened once. */
  onceId: string;
  uploadId: string;
  fileKey: string;
  openKey: string;
  /** A link into the room; newcomer asks to join it. */
  code: string;
  /** A room of bystander's, to which owner is invited. */
  invitingId: string;
  /** A room of bystander's, which owner asks to join. */
  askedId: string;
  /** A room of bystander's, which owner was removed from. */
  leftId: string;
};

export const goodInputs: Record<OperationName, (fixture: Fixture) => Input> = {
  "messages.send": ({ roomId }) => ({ room_id: roomId, content: "hi" }),
  "messages.list": ({ roomId }) => ({ room_id: roomId }),
  "messages.get": ({ messageId }) => ({ message_id: messageId }),
  "messages.edit": ({ messageId }) => ({ message_id: messageId, content: "edited" }),
  "messages.delete": ({ messageId }) => ({ message_id: messageId }),
  "messages.react": ({ messageId }) => ({ message_id: messageId, emoji: "👍" }),
  "messages.unreact": ({ messageId }) => ({ message_id: messageId, emoji: "👍" }),
  "messages.star": ({ messageId }) => ({ message_id: messageId }),
  "messages.addStar": ({ messageId }) => ({ message_id: messageId }),
  "messages.removeStar": ({ messageId }) => ({ message_id: messageId }),
  "messages.forward": ({ messageId, roomId }) => ({ message_id: messageId, target_room_ids: [roomId] }),
  "messages.mentions": () => ({ page: 1 }),
  "polls.vote": ({ pollId }) => ({ message_id: pollId, option_ids: [1] }),
  "polls.close": ({ pollId }) => ({ message_id: pollId }),
  "polls.votes": ({ pollId }) => ({ message_id: pollId }),
  "messages.open": ({ onceId }) => ({ message_id: onceId }),
  "messages.pin": ({ messageId }) => ({ message_id: messageId, duration: "24h" }),
  "messages.unpin": ({ messageId }) => ({ message_id: messageId }),
  "messages.starred": ({ roomId }) => ({ room_id: roomId, page: 1 }),
  "messages.info": ({ messageId }) => ({ message_id: messageId }),
  "receipts.markDelivered": ({ messageId }) => ({ message_id: messageId }),
  "receipts.markSeen": ({ messageId }) => ({ message_id: messageId }),
  "receipts.mark": ({ roomId }) => ({ room_id: roomId, kind: "read", up_to_sequence: 1 }),
  "rooms.unread": () => ({}),
  "rooms.create": () => ({ type: "group", name: "New", member_ids: ["bystander"] }),
  "rooms.createDirect": () => ({ user_id: "newcomer" }),
  "rooms.list": () => ({}),
  "rooms.get": ({ roomId }) => ({ room_id: roomId }),
  "rooms.left": () => ({}),
  "rooms.forgetLeft": ({ leftId }) => ({ room_id: leftId }),
  "rooms.update": ({ roomId }) => ({ room_id: roomId, name: "Renamed" }),
  "rooms.setPreferences": ({ roomId }) => ({
    room_id: roomId,
    is_pinned: true,
    is_archived: false,
    muted_until: "2999-01-01T00:00:00.000Z",
    draft: { content: "to be", reply_to: null },
  }),
  "rooms.clear": ({ roomId }) => ({ room_id: roomId, delete_chat: true }),
  "chats.settings": () => ({}),
  "chats.setSettings": () => ({ unarchive_on: "message", mentions_pierce_mute: false }),
  "folders.list": () => ({}),
  "folders.set": ({ roomId }) => ({
    folders: [{ id: "work", name: "Work", include_unread: true, include_direct: false, room_ids: [roomId] }],
  }),
  "rooms.delete": ({ roomId }) => ({ room_id: roomId }),
  "members.list": ({ roomId }) => ({ room_id: roomId }),
  "members.add": ({ roomId }) => ({ room_id: roomId, user_id: "newcomer" }),
  "members.remove": ({ roomId }) => ({ room_id: roomId, user_id: "bystander" }),
  "members.setRole": ({ roomId }) => ({ room_id: roomId, user_id: "bystander", role: "admin" }),
  "invites.create": ({ roomId }) => ({
    room_id: roomId,
    expires_at: "2999-01-01T00:00:00.000Z",
    max_uses: 3,
    needs_approval: true,
  }),
  "invites.list": ({ roomId }) => ({ room_id: roomId }),
  "invites.revoke": ({ roomId, code }) => ({ room_id: roomId, code }),
  "invites.preview": ({ code }) => ({ code }),
  "groups.joinConfirm": ({ roomId, code }) => ({ room_id: roomId, invite_code: code }),
  "invitations.create": ({ roomId }) => ({ room_id: roomId, user_id: "newcomer" }),
  "invitations.list": () => ({}),
  "invitations.decline": ({ invitingId }) => ({ room_id: invitingId }),
  "joinRequests.list": ({ roomId }) => ({ room_id: roomId }),
  "joinRequests.decide": ({ roomId }) => ({ room_id: roomId, user_id: "newcomer", decision: "approve" }),
  "joinRequests.withdraw": ({ askedId }) => ({ room_id: askedId }),
  "groups.leave": ({ roomId }) => ({ room_id: roomId }),
  "sync.chats": () => ({}),
  "sync.messages": ({ roomId }) => ({ room_id: roomId }),
  "devices.register": () => ({
    device_id: "tablet",
    ...description,
    push_token: "a token",
    push_provider: "fcm",
  }),
  "devices.list": () => ({}),
  "devices.logout": () => ({ device_id: "old" }),
  "devices.sync": () => ({ device_id: "phone" }),
  "devices.testPush": () => ({ device_id: "phone" }),
  "push.config": () => ({}),
  "media.requestUpload": () => toClaim(note),
  "media.resumeUpload": ({ openKey }) => ({ fileKey: openKey }),
  "media.confirmUpload": ({ fileKey }) => ({ fileKey, ...toClaim(note) }),
  "media.get": ({ uploadId }) => ({ uploadId }),
  "media.delete": ({ uploadId }) => ({ uploadId }),
  "media.usage": () => ({}),
  "presence.lastSeen": () => ({ user_id: "newcomer" }),
  "presence.setStatusMessage": () => ({ status_message: "busy" }),
  "presence.subscribe": () => ({ user_ids: ["newcomer"] }),
  "presence.unsubscribe": () => ({ user_ids: ["newcomer"] }),
  "presence.typing": ({ roomId }) => ({ room_id: roomId, kind: "voice" }),
  "presence.stopTyping": ({ roomId }) => ({ room_id: roomId, kind: "voice" }),
  "presence.focus": () => ({ in_focus: true }),
  "session.renew": ({ owner }) => ({ token: owner.token }),
  "users.privacy": () => ({}),
  "users.setPrivacy": () => ({ last_seen: "everyone", online: "everyone", status_message: "everyone" }),
  "users.me": () => ({}),
  "users.update": () => ({ name: "Renamed" }),
  "users.get": () => ({ user_id: "newcomer" }),
  "users.block": () => ({ user_id: "newcomer" }),
  "users.unblock": () => ({ user_id: "newcomer" }),
  "users.blocked": () => ({}),
  "users.search": () => ({ q: "newcomer" }),
  "admin.upsertUser": () => ({ user_id: "made" }),
  "admin.mediaUsage": () => ({}),
  "admin.issueToken": () => ({ user_id: "made" }),
};

/** Makes the people of the fixture, and gives what makes a fresh room for them. */
export async function createFixtures(server: TestServer): Promise<() => Promise<Fixture>> {
  const owner = await server.person("owner");
  await register(owner, "old");
  await register(owner, "phone", { push_token: "token of owner" });
  const bystander = await server.person("bystander");
  const { id: pictureId } = await upload(bystander, dot);
  const newcomer = await server.person("newcomer");
  return async () => {
    const room = await owner.rest.post("/rooms", { type: "group", name: "Room", member_ids: ["bystander"] });
    const roomId: string = room.body.data.id;
    const sent = await owner.rest.post(`/rooms/${roomId}/messages`, { content: "first" });
    const meta_data = { poll: { question: "When?", options: ["now", "later"] } };
    const asked = await owner.rest.post(`/rooms/${roomId}/messages`, { meta_data });
    const once = await bystander.rest.post(`/rooms/${roomId}/messages`, { upload_id: pictureId, is_view_once: true });
    const ticket = await uploadOnly(owner);
    const { id: uploadId } = await upload(owner);
    const { fileKey: openKey } = await requestUpload(owner, note, { resumable: true });
    const code = await makeLink(owner, roomId);
    await newcomer.rest.post(`/rooms/${roomId}/join`, { invite_code: code });
    const invitingId = await makeRoom(bystander);
    await bystander.rest.post(`/rooms/${invitingId}/invitations`, { user_id: "owner" });
    const askedId = await makeRoom(bystander);
    await owner.rest.post(`/rooms/${askedId}/join`, { invite_code: await makeLink(bystander, askedId) });
    const leftId = await makeRoom(bystander, ["owner"]);
    await bystander.rest.delete(`/rooms/${leftId}/members/owner`);
    return {
      owner,
      roomId,
      messageId: sent.body.data.id,
      pollId: asked.body.data.id,
      onceId: once.body.data.id,
      uploadId,
      fileKey: ticket.fileKey,
      openKey,
      code,
      invitingId,
      askedId,
      leftId,
    };
  };
}

async function makeRoom(maker: Person, memberIds: string[] = []): Promise<string> {
  return (await maker.rest.post("/rooms", { type: "group", name: "Away", member_ids: memberIds })).body.data.id;
}

async function makeLink(maker: Person, roomId: string): Promise<string> {
  return (await maker.rest.post(`/rooms/${roomId}/invites`, { needs_approval: true })).body.data.code;
}
