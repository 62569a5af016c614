/** What one may do in a room, as the server will see it (docs/spec.md R3, R4, E1). */
import type { Member, Room } from "@pipit/protocol/models/room";

export function canGovern({ type, role }: Room): boolean {
  return type !== "direct" && role !== "member";
}

export function canEditInfo(room: Room): boolean {
  return room.type !== "direct" && (room.role !== "member" || room.settings.who_can_edit_info === "everyone");
}

export function canAdd(room: Room): boolean {
  return room.type !== "direct" && (room.role !== "member" || room.settings.who_can_add === "everyone");
}

/** Both of a direct room; admins of others. */
export function canSetLifetime(room: Room): boolean {
  return room.type === "direct" || canGovern(room);
}

export function canUnpin(room: Room): boolean {
  return room.type === "direct" || canEditInfo(room);
}

export function canRemove(room: Room, member: Member, me: string): boolean {
  return canGovern(room) && member.role !== "owner" && member.user_id !== me;
}
