/** For each operation an input that its caller may give, to be spoilt by the tests of bad input. */
import type { OperationName } from "@pipit/protocol/operations";
import { description, register } from "./own-devices.ts";
import type { Person, TestServer } from "./test-server.ts";
import { note, requestUpload, toClaim, upload, uploadOnly } from "./upload.ts";

export type Input = Record<string, unknown>;

/** A room of `owner`, with a message of theirs in it and media of theirs; `bystander` is a member, `newcomer` is not. */
export type Fixture = {
  owner: Person;
  roomId: string;
  messageId: string;
  uploadId: string;
  fileKey: string;
  openKey: string;
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
  "rooms.update": ({ roomId }) => ({ room_id: roomId, name: "Renamed" }),
  "rooms.setPreferences": ({ roomId }) => ({
    room_id: roomId,
    is_pinned: true,
    is_archived: false,
    muted_until: "2999-01-01T00:00:00.000Z",
    draft: { content: "to be", reply_to: null },
  }),
  "rooms.delete": ({ roomId }) => ({ room_id: roomId }),
  "members.list": ({ roomId }) => ({ room_id: roomId }),
  "members.add": ({ roomId }) => ({ room_id: roomId, user_id: "newcomer" }),
  "members.remove": ({ roomId }) => ({ room_id: roomId, user_id: "bystander" }),
  "members.setRole": ({ roomId }) => ({ room_id: roomId, user_id: "bystander", role: "admin" }),
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
  await server.person("bystander");
  await server.person("newcomer");
  return async () => {
    const room = await owner.rest.post("/rooms", { type: "group", name: "Room", member_ids: ["bystander"] });
    const roomId: string = room.body.data.id;
    const sent = await owner.rest.post(`/rooms/${roomId}/messages`, { content: "first" });
    const ticket = await uploadOnly(owner);
    const { id: uploadId } = await upload(owner);
    const { fileKey: openKey } = await requestUpload(owner, note, { resumable: true });
    return { owner, roomId, messageId: sent.body.data.id, uploadId, fileKey: ticket.fileKey, openKey };
  };
}
