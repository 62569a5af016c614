/** Ways into a room: links, invitations and requests. */
import { userId } from "@pipit/protocol/scalars";
import { z } from "zod";
import { AppError } from "../../app-error.ts";
import type { Handlers } from "../../context.ts";
import { fromCursor, toPage } from "../../db/pages.ts";
import { accessRoom, parseRoomId } from "../rooms/rooms-access.ts";
import { canAdd, canGovern, requireAllowed } from "../rooms/rooms-policy-access.ts";
import { createInvite, maxInvites, toInvite } from "./create-invite.ts";
import { decideRequest } from "./decide-request.ts";
import { findOwnInvitations, takeInvitation } from "./invitations-store.ts";
import { inviteUser } from "./invite-user.ts";
import { toInvitation } from "./invite-users-access.ts";
import { findWorkingInvites } from "./invites-store.ts";
import { joinRoom } from "./join-room.ts";
import { previewInvite } from "./preview-invite.ts";
import { findRequests, takeRequest } from "./requests-store.ts";
import { revokeInvite } from "./revoke-invite.ts";

// Dates as toISOString writes them, of years that PostgreSQL has.
const moment = z.iso.datetime({ precision: 3 }).regex(/^(?!0000)/);
const invitationCursor = z.object({ at: moment, id: z.uuid() });
const requestCursor = z.object({ at: moment, user: userId });

export const inviteHandlers = {
  "invites.create": createInvite,
  "invites.list": async (ctx, input) => {
    const room = await accessRoom(ctx, input.room_id);
    requireAllowed(canAdd(room), "Your role may not invite people to this room.");
    const invites = await findWorkingInvites(ctx.db, room.id, ctx.clock.now(), maxInvites);
    return invites.map((row) => toInvite(ctx, row));
  },
  "invites.revoke": revokeInvite,
  "invites.preview": previewInvite,
  "groups.joinConfirm": joinRoom,
  "invitations.create": inviteUser,
  "invitations.list": async (ctx, input) => {
    const before = fromCursor(input.cursor, invitationCursor);
    const rows = await findOwnInvitations(ctx.db, ctx.actor, before, input.limit + 1);
    const page = toPage(rows, input.limit, (last) => ({ at: last.invited_at.toISOString(), id: last.room_id }));
    const toShown = (row: (typeof rows)[number]) =>
      toInvitation({ id: row.room_id, name: row.room_name, avatar_url: row.avatar_url }, row);
    return { ...page, items: page.items.map(toShown) };
  },
  "invitations.decline": async (ctx, input) => {
    const roomId = parseRoomId(input.room_id);
    if (await takeInvitation(ctx.db, ctx.actor, roomId)) return { room_id: roomId };
    throw new AppError("not_found", { message: "There is no such invitation." });
  },
  "joinRequests.list": async (ctx, input) => {
    const room = await accessRoom(ctx, input.room_id);
    requireAllowed(canGovern(room), "Only admins may see who asks to join.");
    const after = fromCursor(input.cursor, requestCursor);
    const rows = await findRequests(ctx.db, room.id, after, input.limit + 1);
    const page = toPage(rows, input.limit, (last) => ({ at: last.requested_at.toISOString(), user: last.user_id }));
    return { ...page, items: page.items.map((row) => ({ ...row, requested_at: row.requested_at.toISOString() })) };
  },
  "joinRequests.decide": decideRequest,
  "joinRequests.withdraw": async (ctx, input) => {
    const roomId = parseRoomId(input.room_id);
    if ((await takeRequest(ctx.db, ctx.actor, roomId)) !== undefined) return { room_id: roomId };
    throw new AppError("not_found", { message: "You do not ask to join such a room." });
  },
} satisfies Partial<Handlers>;
