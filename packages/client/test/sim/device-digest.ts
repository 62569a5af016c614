/** What a device shows, by the SDK's public surface. */
import type { Message } from "@pipit/protocol/models/message";
import type { MessageItem, PipitClient, RoomHandle } from "../../src/client.ts";
import {
  type Digest,
  type Reach,
  type RoomDigest,
  toMemberDigest,
  toMessageDigest,
  toRoomDigest,
  toWatermarksDigest,
} from "./digest.ts";

export function digestDevice(client: PipitClient): Digest {
  const userId = client.userId.getSnapshot() ?? "";
  const { account_change: _, ...settings } = client.settings.getSnapshot() ?? { account_change: 0 };
  const rooms: [string, RoomDigest][] = client.rooms.getSnapshot().map((room) => {
    const handle = client.room(room.id);
    return [room.id, digestRoom(handle, room, userId)];
  });
  return {
    settings,
    rooms: Object.fromEntries(rooms.sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

function digestRoom(handle: RoomHandle, room: Parameters<typeof toRoomDigest>[0], userId: string): RoomDigest {
  const members = [...handle.members.getSnapshot()].sort((a, b) => (a.user_id < b.user_id ? -1 : 1));
  const present = new Set(members.map((member) => member.user_id));
  const receipts = [...handle.receipts.getSnapshot().values()].filter((marks) => present.has(marks.user_id));
  const others = members.filter((member) => member.user_id !== userId);
  const marksOf = (id: string) => handle.receipts.getSnapshot().get(id);
  const reach: Reach = {
    delivered: Math.min(...others.map((other) => marksOf(other.user_id)?.delivered_sequence ?? 0)),
    read: Math.min(...others.map((other) => marksOf(other.user_id)?.read_sequence ?? 0)),
  };
  const hasOthers = others.length > 0;
  const deliveryOf = (message: MessageItem): string | undefined => {
    if (message.sender_id !== userId || message.message_type === "system") return undefined;
    if (hasOthers && message.sequence_number <= reach.read) return "read";
    return hasOthers && message.sequence_number <= reach.delivered ? "delivered" : "sent";
  };
  return {
    room: toRoomDigest(room),
    members: members.map(toMemberDigest),
    watermarks: receipts.sort((a, b) => (a.user_id < b.user_id ? -1 : 1)).map(toWatermarksDigest),
    messages: handle.messages
      .getSnapshot()
      .items.filter((item) => item.delivery !== "failed")
      .map((item) => toMessageDigest(toMessage(item), deliveryOf(item))),
  };
}

function toMessage({ key: _, delivery: __, is_pending: ___, error: ____, ...message }: MessageItem): Message {
  return message;
}
