/** Makes a room. A direct room exists once: it is found, not made twice (docs/spec.md R2). */
import type { Room, RoomSettings } from "@pipit/protocol/models/room";
import type { Input } from "@pipit/protocol/operations";
import { uuidv7 } from "uuidv7";
import { AppError } from "../../app-error.ts";
import type { Context, Handler, Writer } from "../../context.ts";
import { type Announce, transact } from "../../db/transact.ts";
import { accessUsers } from "../users/users-access.ts";
import { announceRoom } from "./announce-room.ts";
import { insertMembers, insertRoom, type NewMember, type NewRoom } from "./new-room-store.ts";
import { viewRoomOf } from "./rooms-access.ts";
import { toDirectKey } from "./rooms-store.ts";

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
  return transact(ctx, (tx, announce) => insertWhole(ctx, tx, announce, room, members));
};

/** Finds or makes the direct room with a user; with oneself, it is a place for notes. */
export async function createDirectRoom(ctx: Context, peerId: string): Promise<Room> {
  const room = toDirect(ctx, peerId);
  const members: NewMember[] = [...new Set([ctx.actor.userId, peerId])].map((userId) => ({ userId, role: "member" }));
  return transact(ctx, (tx, announce) => insertWhole(ctx, tx, announce, room, members));
}

async function insertWhole(
  ctx: Context,
  tx: Writer,
  announce: Announce,
  room: NewRoom,
  members: readonly NewMember[],
): Promise<Room> {
  const userIds = members.map((entry) => entry.userId);
  const users = await accessUsers(ctx, userIds, tx);
  const existing = await insertRoom(tx, room, members.length);
  if (existing === undefined) {
    await insertMembers(tx, room, members);
    announce((audiences) => announceRoom(ctx, audiences, room, members, users));
  }
  return viewRoomOf({ ...ctx, db: tx }, ctx.actor, existing ?? room.id);
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
      ...toGiven(input.settings),
    },
    at: ctx.clock.now(),
  };
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
