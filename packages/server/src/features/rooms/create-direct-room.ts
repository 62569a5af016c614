/** Finds or makes the direct room with a user (docs/spec.md R2, B5). */
import type { Room } from "@pipit/protocol/models/room";
import { uuidv7 } from "uuidv7";
import type { Context, Writer } from "../../context.ts";
import { type Announce, transact } from "../../db/transact.ts";
import { acceptRequest } from "../account/requests-access.ts";
import { accessUsers } from "../users/users-access.ts";
import { announceRoom } from "./announce-room.ts";
import { findDirectPlaces, saveDirectPlaces } from "./direct-places-store.ts";
import { settleSharedReads } from "./direct-rooms-access.ts";
import { insertMembers, insertRoom, type NewMember, type NewRoom } from "./new-room-store.ts";
import { viewRoomOf } from "./rooms-access.ts";
import { toDirectKey } from "./rooms-store.ts";

/** With oneself, it is a place for notes. To begin one that waits as a request is to accept it. */
export async function createDirectRoom(ctx: Context, peerId: string): Promise<Room> {
  const room = toDirect(ctx, peerId);
  const view = await transact(ctx, (tx, announce) => insertDirect(ctx, tx, announce, room, peerId));
  if (!view.is_request) return view;
  await acceptRequest(ctx, view.id);
  return viewRoomOf(ctx, ctx.actor, view.id);
}

async function insertDirect(
  ctx: Context,
  tx: Writer,
  announce: Announce,
  room: NewRoom,
  peerId: string,
): Promise<Room> {
  const userIds = [...new Set([ctx.actor.userId, peerId])];
  const users = await accessUsers(ctx, userIds, tx);
  const existing = await insertRoom(tx, room, userIds.length);
  if (existing !== undefined) return viewRoomOf({ ...ctx, db: tx }, ctx.actor, existing);
  const places = await findDirectPlaces(tx, ctx.actor, peerId);
  const members = userIds.map((userId): NewMember => ({ userId, role: "member" }));
  await insertMembers(tx, room, members);
  await saveDirectPlaces(tx, room.id, places);
  await settleSharedReads(tx, [room.id]);
  const isSilent = places.some((place) => place.blocks_peer);
  announce((audiences) => {
    announceRoom(ctx, audiences, room, members, users, places);
    for (const userId of isSilent ? userIds : []) {
      audiences.setSilent({ tenantId: room.tenantId, userId }, room.id, true);
    }
  });
  return viewRoomOf({ ...ctx, db: tx }, ctx.actor, room.id);
}

function toDirect(ctx: Context, peerId: string): NewRoom {
  return {
    id: uuidv7(),
    tenantId: ctx.actor.tenantId,
    type: "direct",
    name: null,
    description: null,
    avatarUrl: null,
    createdBy: ctx.actor.userId,
    directKey: toDirectKey([ctx.actor.userId, peerId]),
    settings: {
      who_can_send: "everyone",
      who_can_edit_info: "admins",
      who_can_add: "admins",
      history_visible_to_new_members: true,
      slow_mode_seconds: 0,
      disappearing_seconds: 0,
    },
    at: ctx.clock.now(),
  };
}
