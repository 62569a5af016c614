/** Joins a room: by an invitation, or by a link, which may lead to a request that admins decide. */
import type { Output } from "@pipit/protocol/operations";
import { AppError } from "../../app-error.ts";
import type { Context, Handler, Reader, Writer } from "../../context.ts";
import { takeTurn } from "../../db/take-turns.ts";
import { type Announce, transact } from "../../db/transact.ts";
import { makeMember } from "../members/make-member-access.ts";
import { findOpenRoom, type OpenRoom } from "../rooms/open-room-access.ts";
import { lockRoom, parseRoomId } from "../rooms/rooms-access.ts";
import { askToJoin } from "./ask-to-join.ts";
import { findInvitation, takeInvitation } from "./invitations-store.ts";
import { countUse, findInvite, type InviteRow, requireWorking } from "./invites-store.ts";

type Joined = Output<"groups.joinConfirm">;
type Code = string | null | undefined;

export const joinRoom: Handler<"groups.joinConfirm"> = async (ctx, input) => {
  const roomId = parseRoomId(input.room_id);
  const room = await accessOpenRoom(ctx, ctx.db, roomId);
  if (room.joined_at !== null) return toJoined(room.id, room.joined_at);
  // Those who have no way in are turned away before they can stand in line; what counts is seen in the locked room.
  const invitation = await findInvitation(ctx.db, roomId, ctx.actor.userId);
  if (!invitation || invitation.is_withheld) await accessLink(ctx, ctx.db, roomId, input.invite_code);
  return takeTurn(roomId, () =>
    transact(ctx, async (tx, announce) => {
      await lockRoom(tx, roomId);
      return joinLocked(ctx, tx, announce, await accessOpenRoom(ctx, tx, roomId), input.invite_code);
    }),
  );
};

async function joinLocked(ctx: Context, tx: Writer, announce: Announce, room: OpenRoom, code: Code): Promise<Joined> {
  if (room.joined_at !== null) return toJoined(room.id, room.joined_at);
  if (!(await takeInvitation(tx, ctx.actor, room.id))) {
    const link = await accessLink(ctx, tx, room.id, code);
    if (link.needs_approval) {
      await askToJoin(ctx, tx, announce, room.id, link.code);
      return toJoined(room.id, null);
    }
    await countUse(tx, room.id, link.code);
  }
  const joining = { userId: ctx.actor.userId, kind: "member_joined" as const, told: ctx.actor.socketId };
  const member = await makeMember(ctx, tx, announce, room, joining);
  return toJoined(room.id, new Date(member.joined_at));
}

async function accessOpenRoom(ctx: Context, db: Reader, roomId: string): Promise<OpenRoom> {
  const room = await findOpenRoom(db, ctx.actor, roomId);
  if (!room) throw noWayIn();
  return room;
}

async function accessLink(ctx: Context, db: Reader, roomId: string, code: Code): Promise<InviteRow> {
  const link = code == null ? undefined : await findInvite(db, ctx.actor.tenantId, code);
  if (link?.room_id !== roomId) throw noWayIn();
  requireWorking(link, ctx.clock.now());
  return link;
}

// The same sentence whether there is the room or not (G9).
function noWayIn(): AppError {
  return new AppError("not_found", { message: "There is no such room." });
}

function toJoined(roomId: string, joinedAt: Date | null): Joined {
  const joined_at = joinedAt?.toISOString() ?? null;
  return { success: true, room_id: roomId, joined_at, is_pending: joinedAt === null };
}
