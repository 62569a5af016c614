/** Makes a room. A direct room exists once: it is found, not made twice (docs/spec.md R2). */
import type { Room, RoomSettings } from "@pipit/protocol/models/room";
import type { Input } from "@pipit/protocol/operations";
import { uuidv7 } from "uuidv7";
import { AppError } from "../../app-error.ts";
import type { Context, Handler, Writer } from "../../context.ts";
import { type Announce, transact } from "../../db/transact.ts";
import { inviteUsers } from "../invites/invite-users-access.ts";
import { lockAvatar } from "../media/avatar-access.ts";
import { findUnaddable } from "../members/addable-access.ts";
import { accessUsers } from "../users/users-access.ts";
import { announceRoom } from "./announce-room.ts";
import { createDirectRoom } from "./create-direct-room.ts";
import { insertMembers, insertRoom, type NewMember, type NewRoom } from "./new-room-store.ts";
import { viewRoomOf } from "./rooms-access.ts";

export const createRoom: Handler<"rooms.create"> = async (ctx, input) => {
  const otherIds = [...new Set(input.member_ids)].filter((id) => id !== ctx.actor.userId);
  if (input.type === "direct") return createDirectRoom(ctx, requireOnePeer(ctx, input.member_ids));
  if (input.name === undefined) throw invalid("name", "a group or channel needs a name");
  if (otherIds.length + 1 > ctx.config.maxGroupMembers) {
    throw invalid("member_ids", `a room has at most ${ctx.config.maxGroupMembers} members`);
  }
  const room = toGroup(ctx, input.name, input);
  const members: NewMember[] = [
    { userId: ctx.actor.userId, role: "owner" },
    ...otherIds.map((userId) => ({ userId, role: "member" as const })),
  ];
  return transact(ctx, (tx, announce) => insertGroup(ctx, tx, announce, room, members));
};

/** Those who do not let the caller add them are invited. */
async function insertGroup(
  ctx: Context,
  tx: Writer,
  announce: Announce,
  room: NewRoom,
  members: readonly NewMember[],
): Promise<Room> {
  const userIds = members.map((entry) => entry.userId);
  const users = await accessUsers(ctx, userIds, tx);
  const unaddable = await findUnaddable(tx, ctx.actor, userIds.slice(1), null);
  const added = members.filter((entry) => !unaddable.has(entry.userId));
  const avatarUploadId = await lockAvatar(tx, ctx.actor, room.avatarUrl);
  await insertRoom(tx, { ...room, avatarUploadId }, added.length);
  await insertMembers(tx, room, added);
  announce((audiences) => announceRoom(ctx, audiences, room, added, users));
  await inviteUsers(ctx, tx, announce, { id: room.id, name: room.name, avatar_url: room.avatarUrl }, [...unaddable]);
  return viewRoomOf({ ...ctx, db: tx }, ctx.actor, room.id);
}

function toGroup(ctx: Context, name: string, input: Input<"rooms.create">): NewRoom {
  const isChannel = input.type === "channel";
  return {
    id: uuidv7(),
    tenantId: ctx.actor.tenantId,
    type: input.type,
    name,
    description: input.description ?? null,
    avatarUrl: input.avatar_url ?? null,
    createdBy: ctx.actor.userId,
    directKey: null,
    settings: {
      who_can_send: isChannel ? "admins" : "everyone",
      who_can_edit_info: isChannel ? "admins" : "everyone",
      who_can_add: isChannel ? "admins" : "everyone",
      history_visible_to_new_members: true,
      slow_mode_seconds: 0,
      disappearing_seconds: 0,
      ...toGiven(input.settings),
    },
    at: ctx.clock.now(),
  };
}

function toGiven(settings: Input<"rooms.create">["settings"]): Partial<RoomSettings> {
  return Object.fromEntries(Object.entries(settings ?? {}).filter(([, value]) => value !== undefined));
}

// For oneself, member_ids may name oneself alone; otherwise it names the other, with or without oneself.
function requireOnePeer(ctx: Context, memberIds: readonly string[]): string {
  const others = memberIds.filter((id) => id !== ctx.actor.userId);
  const [peerId, ...rest] = new Set(others.length > 0 ? others : memberIds);
  if (peerId === undefined || rest.length > 0) throw invalid("member_ids", "a direct room needs one other user");
  return peerId;
}

function invalid(path: string, message: string): AppError {
  return new AppError("invalid_request", { details: [{ path, message }] });
}
