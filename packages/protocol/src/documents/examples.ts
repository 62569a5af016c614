/** Examples for the operations and events that a newcomer meets first. Tests parse them with the schemas. */
import type { EventName, Payload } from "../events.ts";
import type { OperationName, Output, RawInput } from "../operations.ts";
import { ada, device, message, picture, room, roomId, sharedMessage, uploadKey } from "./example-data.ts";

type Example<Name extends OperationName> = { input: RawInput<Name>; data: Output<Name> };

export const examples: { [Name in OperationName]?: Example<Name> } = {
  "messages.send": {
    input: {
      room_id: roomId,
      content: message.content,
      client_message_id: "8f14e45f-ceea-467f-a0f6-1c1d6b2a7e90",
      meta_data: { mentions: ["grace"] },
    },
    data: { ...message, duplicate: false },
  },
  "messages.list": { input: { room_id: roomId, before: 43, limit: 50 }, data: [message] },
  "messages.edit": {
    input: { message_id: message.id, content: "Shall we meet at eleven, @grace?" },
    data: { ...message, content: "Shall we meet at eleven, @grace?", is_edited: true, change: 58 },
  },
  "messages.react": {
    input: { message_id: message.id, emoji: "👍" },
    data: {
      message_id: message.id,
      reactions: [{ emoji: "👍", count: 1, user_ids: ["grace"], reacted_by_me: true }],
      change: 59,
      is_changed: true,
    },
  },
  "media.requestUpload": {
    input: { fileName: picture.fileName, fileType: picture.type, fileSize: 2_481_664 },
    data: {
      uploadId: picture.id,
      uploadUrl: "https://chat.example.com/api/v1/chat/media/uploads/eyJkb29yIjoicHV0…",
      method: "PUT",
      headers: { "Content-Type": picture.type },
      fileKey: uploadKey,
      expiresIn: 3600,
      maxFileSize: 104_857_600,
    },
  },
  "media.confirmUpload": {
    input: { fileKey: uploadKey, fileName: picture.fileName, fileType: picture.type, fileSize: 2_481_664 },
    data: { ...picture, fileKey: uploadKey },
  },
  "media.get": { input: { uploadId: picture.id }, data: picture },
  "receipts.mark": {
    input: { room_id: roomId, kind: "read", up_to_sequence: 42 },
    data: { room_id: roomId, user_id: ada.id, delivered_sequence: 42, read_sequence: 42, change: 58, is_changed: true },
  },
  "rooms.create": {
    input: { type: "group", name: "Launch", description: room.description, member_ids: ["grace", "alan"] },
    data: room,
  },
  "rooms.list": { input: { limit: 50 }, data: [room] },
  "rooms.get": { input: { room_id: roomId }, data: room },
  "sync.messages": {
    input: { room_id: roomId, since_change: 56 },
    data: { room_id: roomId, messages: [message], has_more: false, last_sequence: 42, last_change: 57 },
  },
  "users.me": {
    input: {},
    data: { ...ada, is_online: true, last_seen: null, status_message: "In the lab until noon" },
  },
  "devices.register": {
    input: {
      device_id: device.device_id,
      device_name: device.device_name,
      device_type: device.device_type,
      platform: device.platform,
      app_version: device.app_version,
      push_token: "fHk3…:APA91b…",
    },
    data: device,
  },
  "devices.list": { input: {}, data: [device] },
  "presence.lastSeen": {
    input: { user_id: "grace" },
    data: { user_id: "grace", is_online: false, last_seen: "2026-03-02T09:12:30.000Z", status_message: null },
  },
  "messages.star": {
    input: { message_id: message.id },
    data: { message_id: message.id, is_starred: true, account_change: 12 },
  },
  "messages.info": {
    input: { message_id: message.id },
    data: {
      delivered_to: [{ user_id: "grace", timestamp: "2026-03-02T09:41:08.020Z", device_id: "grace-phone" }],
      seen_by: [{ user_id: "grace", timestamp: "2026-03-02T09:41:09.020Z", device_id: "grace-phone" }],
      total_recipients: 2,
      next_cursor: null,
      has_more: false,
    },
  },
  "rooms.setPreferences": {
    input: { room_id: roomId, is_pinned: true },
    data: {
      room_id: roomId,
      is_pinned: true,
      is_archived: false,
      muted_until: null,
      draft: null,
      is_marked_unread: false,
      is_hidden: false,
      is_request: false,
      cleared_sequence: 0,
      account_change: 13,
    },
  },
  "messages.forward": {
    input: { message_id: message.id, target_room_ids: ["01981f6e-3f0e-7c1a-9d35-5f6a7b8c9d0e"] },
    data: { forwarded_count: 1, message_ids: ["01981f6e-3f0e-7c1a-9d35-5f6a7b8c9d0e.8"], failed: [] },
  },
  "admin.upsertUser": { input: { user_id: ada.id, name: ada.name }, data: ada },
  "admin.issueToken": {
    input: { user_id: ada.id, expires_in: 900 },
    data: { token: "eyJhbGciOiJIUzI1NiJ9…", expires_at: "2026-03-02T09:56:00.000Z" },
  },
};

export const eventExamples: { [Name in EventName]?: Payload<Name> } = {
  "message:receive": sharedMessage,
  "message:seen:update": {
    room_id: roomId,
    user_id: "grace",
    up_to_sequence: 42,
    change: 58,
    timestamp: "2026-03-02T09:41:09.020Z",
  },
  "notification:mention": {
    roomId,
    messageId: message.id,
    mentionedBy: ada.id,
    mentionedByName: ada.name,
    content: message.content,
  },
};
