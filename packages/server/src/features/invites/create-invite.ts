/** Makes a link by which people join a room. */
import { randomBytes } from "node:crypto";
import type { Invite } from "@pipit/protocol/models/invite";
import { AppError } from "../../app-error.ts";
import type { Context, Handler } from "../../context.ts";
import { accessRoomForWrite, changeRoom } from "../rooms/rooms-access.ts";
import { canAdd, requireAllowed } from "../rooms/rooms-policy-access.ts";
import { findWorkingInvites, type InviteRow, insertInvite } from "./invites-store.ts";

/** A room has at most so many links that work. */
export const maxInvites = 50;

/** Whoever has a code may join, so that it must not be guessed: 144 bits. */
const codeBytes = 18;
const usualLifeMs = 7 * 86_400_000;

export const createInvite: Handler<"invites.create"> = (ctx, input) =>
  changeRoom(ctx, input.room_id, async (tx) => {
    const room = await accessRoomForWrite(ctx, tx, input.room_id);
    requireAllowed(canAdd(room), "Your role may not invite people to this room.");
    const now = ctx.clock.now();
    const expiresAt = toExpiry(input.expires_at, now);
    if ((await findWorkingInvites(tx, room.id, now, maxInvites)).length === maxInvites) {
      throw new AppError("conflict", { message: `The room has ${maxInvites} links, which is the most.` });
    }
    const row = await insertInvite(tx, {
      room_id: room.id,
      code: randomBytes(codeBytes).toString("base64url"),
      tenant_id: ctx.actor.tenantId,
      created_by: ctx.actor.userId,
      created_at: now,
      expires_at: expiresAt,
      max_uses: input.max_uses ?? null,
      needs_approval: input.needs_approval,
    });
    return toInvite(ctx, row);
  });

/** A link as clients see it. */
export function toInvite(ctx: Context, row: InviteRow): Invite {
  return {
    room_id: row.room_id,
    code: row.code,
    url: `${ctx.origin()}/join/${row.code}`,
    created_by: row.created_by,
    created_at: row.created_at.toISOString(),
    expires_at: row.expires_at?.toISOString() ?? null,
    max_uses: row.max_uses,
    uses: row.uses,
    needs_approval: row.needs_approval,
  };
}

function toExpiry(given: string | null | undefined, now: Date): Date | null {
  if (given === null) return null;
  if (given === undefined) return new Date(now.getTime() + usualLifeMs);
  const expiresAt = new Date(given);
  if (expiresAt > now) return expiresAt;
  throw new AppError("invalid_request", { details: [{ path: "expires_at", message: "must be in the future" }] });
}
