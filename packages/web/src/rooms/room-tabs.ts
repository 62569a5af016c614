/** Which rooms a tab of the list shows. */
import type { Folder } from "@pipit/protocol/models/account";
import type { Room } from "@pipit/protocol/models/room";
import { now } from "../clock.ts";

/** One of the tabs that everyone has, or the id of a folder. */
export type Tab = "all" | "unread" | "groups" | (string & {});

/** Rooms that stand in the list at all: not deleted, not waiting to be accepted. */
export function listed(rooms: readonly Room[]): Room[] {
  return rooms.filter((room) => !room.is_hidden && !room.is_request && !isForgotten(room));
}

/** A direct room in which nothing was ever said, opened by somebody else, is not worth a row. */
function isForgotten({ type, last_message, draft, created_by, peer }: Room): boolean {
  return type === "direct" && last_message === null && draft === null && created_by === peer?.id;
}

export function roomsOf(rooms: readonly Room[], tab: Tab, folders: readonly Folder[]): Room[] {
  const shown = listed(rooms).filter((room) => !room.is_archived);
  if (tab === "all") return shown;
  if (tab === "unread") return shown.filter(isUnread);
  if (tab === "groups") return shown.filter((room) => room.type !== "direct");
  const folder = folders.find(({ id }) => id === tab);
  return folder ? shown.filter((room) => isIn(room, folder)) : shown;
}

export function isUnread(room: Room): boolean {
  return room.unread_count > 0 || room.is_marked_unread;
}

export function isMuted(room: Room): boolean {
  return room.muted_until !== null && Date.parse(room.muted_until) > now();
}

/** Rooms whose name, or a word of it, begins with what is looked for come first. */
export function searchRooms(rooms: readonly Room[], text: string): Room[] {
  const wanted = fold(text.trim());
  const found = listed(rooms).filter((room) => fold(nameOf(room)).includes(wanted));
  const isStart = (room: Room): boolean =>
    fold(nameOf(room))
      .split(/\s+/)
      .some((word) => word.startsWith(wanted));
  return [...found.filter(isStart), ...found.filter((room) => !isStart(room))];
}

export function nameOf(room: Room): string {
  return (room.type === "direct" ? room.peer?.name : room.name) ?? "";
}

function isIn(room: Room, folder: Folder): boolean {
  if (folder.room_ids.includes(room.id)) return true;
  if (folder.include_unread && isUnread(room)) return true;
  return room.type === "direct" ? folder.include_direct : folder.include_groups;
}

/** Without accents and case: who looks for "mueller" or "muller" is not helped by either. */
function fold(text: string): string {
  return text.normalize("NFD").replaceAll(/\p{M}/gu, "").toLocaleLowerCase();
}
