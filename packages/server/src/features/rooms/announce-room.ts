/** Tells the members of a new room of it, each with their own view of it. */
import type { Room } from "@pipit/protocol/models/room";
import type { User } from "@pipit/protocol/models/user";
import type { Context } from "../../context.ts";
import type { Audiences } from "../../ports/audiences/audiences.ts";
import { noPreferences } from "../account/preferences-access.ts";
import type { DirectPlace } from "./direct-places-store.ts";
import { firstChange, type NewMember, type NewRoom } from "./new-room-store.ts";

/**
 * Their sockets join its audience first, so that nothing sent right after this is missed. Whom it is hidden from is not
 * told.
 * @param places of a direct room
 */
export function announceRoom(
  ctx: Context,
  audiences: Audiences,
  room: NewRoom,
  members: readonly NewMember[],
  users: readonly User[],
  places: readonly DirectPlace[] = [],
): void {
  for (const member of members) {
    const key = { tenantId: room.tenantId, userId: member.userId };
    audiences.joinRoom(key, room.id);
    const place = places.find(({ user_id }) => user_id === member.userId);
    if (place?.is_hidden) continue;
    const peer = room.directKey === null ? null : (users.find((user) => user.id !== member.userId) ?? users[0] ?? null);
    const view = { ...toFirstView(room, members.length, member, peer), is_request: place?.is_request ?? false };
    audiences.toUser(key, "room:created", { ...view, room_id: room.id, change: firstChange }, ctx.actor.socketId);
  }
}

function toFirstView(room: NewRoom, memberCount: number, member: NewMember, peer: User | null): Room {
  const at = room.at.toISOString();
  return {
    id: room.id,
    type: room.type,
    name: room.name,
    description: room.description,
    avatar_url: room.avatarUrl,
    created_by: room.createdBy,
    member_count: memberCount,
    last_sequence: 0,
    last_change: firstChange,
    settings: room.settings,
    pinned_messages: [],
    created_at: at,
    updated_at: at,
    last_message: null,
    role: member.role,
    unread_count: 0,
    mention_count: 0,
    read_sequence: 0,
    delivered_sequence: 0,
    ...noPreferences,
    preferences_change: 0,
    peer,
  };
}
