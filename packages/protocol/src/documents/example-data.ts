/** The people, rooms and messages that the examples speak of. */

import type { UserDevice } from "../models/device.ts";
import type { Media } from "../models/media.ts";
import type { Message } from "../models/message.ts";
import type { Room } from "../models/room.ts";
import type { User } from "../models/user.ts";

export const ada: User = { id: "ada", name: "Ada Lovelace", avatar_url: null, role: "user" };

const messageId = "0198c2f4-71aa-7d10-b6f3-52c9a0e4d7b1";
const sentAt = "2026-03-02T09:41:07.512Z";

export const roomId = "0198c2e0-1f4e-7a86-8c0d-9be1f2a3c4d5";

const pictureId = "0198c2f3-9d3b-7c55-a1e2-6f0b7a8c9d10";
const pictureUrl = `https://chat.example.com/api/v1/chat/media/${pictureId}/file`;
const thumbnailQuery = "width=320&height=320&fit=contain&format=webp";

export const uploadKey = `incoming/6c1f0f9b2a3d4e5f/${pictureId}`;

export const picture: Media = {
  id: pictureId,
  url: pictureUrl,
  thumbnailUrl: `${pictureUrl}?${thumbnailQuery}`,
  kind: "image",
  type: "image/jpeg",
  size: 2_479_102,
  fileName: "harbour.jpg",
  width: 4032,
  height: 3024,
  orientation: 1,
  thumbhash: "1QcSHQRnh493V4dIh4eXh1h4kJUI",
  status: "ready",
  createdAt: "2026-03-02T09:40:51.000Z",
  signedUrl: `${pictureUrl}?signed=eyJpZCI6IjAxOThj…`,
  signedThumbnailUrl: `${pictureUrl}?${thumbnailQuery}&signed=eyJpZCI6IjAxOThj…`,
  signedUntil: "2026-03-02T09:46:07.512Z",
};

/** As every member gets it in an event. */
export const sharedMessage: Message = {
  id: messageId,
  room_id: roomId,
  sender_id: ada.id,
  sequence_number: 42,
  change: 57,
  client_message_id: "8f14e45f-ceea-467f-a0f6-1c1d6b2a7e90",
  message_type: "text",
  content: "Shall we meet at ten, @grace?",
  reply_to: null,
  reply_preview: null,
  is_edited: false,
  edited_at: null,
  is_deleted: false,
  deleted_at: null,
  reactions: [],
  forwarded_from: null,
  forwarded_count: 0,
  expires_at: null,
  meta_data: { mentions: ["grace"] },
  is_starred: false,
  created_at: sentAt,
  updated_at: sentAt,
};

/** As its author gets it. */
export const message: Message = { ...sharedMessage, status: "sent" };

export const room: Room = {
  id: roomId,
  type: "group",
  name: "Launch",
  description: "Everything about the launch.",
  avatar_url: null,
  created_by: ada.id,
  member_count: 3,
  last_sequence: 42,
  last_change: 57,
  settings: {
    who_can_send: "everyone",
    who_can_edit_info: "admins",
    who_can_add: "admins",
    history_visible_to_new_members: true,
    slow_mode_seconds: 0,
    disappearing_seconds: 0,
  },
  pinned_messages: [],
  created_at: "2026-03-01T16:20:00.000Z",
  updated_at: sentAt,
  last_message: message,
  role: "owner",
  unread_count: 0,
  mention_count: 0,
  read_sequence: 42,
  delivered_sequence: 42,
  is_pinned: false,
  is_archived: false,
  muted_until: null,
  draft: null,
  is_marked_unread: false,
  is_hidden: false,
  is_request: false,
  cleared_sequence: 0,
  preferences_change: 0,
  peer: null,
};

export const device: UserDevice = {
  user_id: ada.id,
  device_id: "ada-phone",
  device_name: "Ada's phone",
  device_type: "mobile",
  platform: "android",
  app_version: "1.4.0",
  is_active: true,
  last_active_at: "2026-03-02T09:41:00.000Z",
  last_sync_at: "2026-03-02T09:40:58.000Z",
  last_message_seq: 42,
  push_provider: "fcm",
  last_push: { at: "2026-03-02T09:12:31.000Z", result: "sent", detail: null },
};
