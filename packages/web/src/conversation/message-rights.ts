/** What one may do to a message, as the server will see it (docs/spec.md M1, M2, R8, E3). */
import type { MessageItem } from "@pipit/client";
import type { Room } from "@pipit/protocol/models/room";
import { now } from "../clock.ts";

const editMs = 15 * 60_000;
const deleteMs = 60 * 3_600_000;

/** Its age, by the clock of this device. */
function ageOf(item: MessageItem): number {
  return now() - Date.parse(item.created_at);
}

/** The server has it, and it says something. */
export function isThere(item: MessageItem): boolean {
  return item.change > 0 && !item.is_deleted && item.message_type !== "system";
}

export function canEdit(item: MessageItem, me: string): boolean {
  const { contact, location, poll } = item.meta_data;
  const isText = item.message_type === "text" || (item.content !== "" && !contact && !location && !poll);
  return isThere(item) && item.sender_id === me && isText && !item.view_once && ageOf(item) < editMs;
}

export function canDeleteForEveryone(item: MessageItem, me: string, room: Room | undefined): boolean {
  if (!isThere(item)) return false;
  const governs = room !== undefined && room.type !== "direct" && room.role !== "member";
  return governs || (item.sender_id === me && ageOf(item) < deleteMs);
}

export function canPin(item: MessageItem, room: Room | undefined): boolean {
  if (!room || !isThere(item)) return false;
  return room.type === "direct" || room.role !== "member" || room.settings.who_can_edit_info === "everyone";
}

export function canForward(item: MessageItem): boolean {
  return isThere(item) && !item.view_once;
}

export function canCopy(item: MessageItem): boolean {
  return !item.is_deleted && item.content !== "" && item.message_type !== "system";
}
