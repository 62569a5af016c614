/** Sets what the caller alone has of a room: pinned, archived, muted, and a draft. */
import type { Draft } from "@pipit/protocol/models/account";
import type { Input } from "@pipit/protocol/operations";
import { AppError } from "../../app-error.ts";
import type { Context, Handler } from "../../context.ts";
import { parseMessageId } from "../messages/messages-access.ts";
import { accessRoomForWrite, changeRoom, type MembershipRow } from "../rooms/rooms-access.ts";
import { nextAccountChange } from "../users/users-access.ts";
import { type PreferencesRow, readPreferences, savePreferences, toPreferences } from "./preferences-store.ts";

export const setPreferences: Handler<"rooms.setPreferences"> = (ctx, input) =>
  changeRoom(ctx, input.room_id, async (tx, announce) => {
    const room = await accessRoomForWrite(ctx, tx, input.room_id);
    const known = await readPreferences(tx, room.id, ctx.actor.userId);
    const given = toGiven(ctx, room, known, input);
    if (isSame(known, given)) return toPreferences(known);
    const account_change = await nextAccountChange(tx, ctx.actor.tenantId, ctx.actor.userId);
    const row = { ...given, account_change };
    await savePreferences(tx, ctx.actor.userId, row);
    const preferences = toPreferences(row);
    const payload = { account_change, kind: "preferences" as const, room_id: room.id, preferences };
    announce((audiences) => audiences.toUser(ctx.actor, "account:update", payload, ctx.actor.socketId));
    return preferences;
  });

/** The preferences with what is given in place of what is known. */
function toGiven(
  ctx: Context,
  room: MembershipRow,
  known: PreferencesRow,
  input: Input<"rooms.setPreferences">,
): PreferencesRow {
  const { muted_until: mutedUntil } = input;
  return {
    ...known,
    is_pinned: input.is_pinned ?? known.is_pinned,
    is_archived: input.is_archived ?? known.is_archived,
    muted_until: mutedUntil === undefined ? known.muted_until : mutedUntil === null ? null : new Date(mutedUntil),
    draft: input.draft === undefined ? known.draft : toDraft(ctx, room, input.draft),
  };
}

function toDraft(ctx: Context, room: MembershipRow, given: Input<"rooms.setPreferences">["draft"]): Draft | null {
  if (!given) return null;
  const replyTo = given.reply_to ?? null;
  if (given.content === "" && replyTo === null) return null;
  if (replyTo !== null) requireInRoom(room, replyTo);
  return { content: given.content, reply_to: replyTo, updated_at: ctx.clock.now().toISOString() };
}

// Whether it may still be replied to is decided when the message is sent.
function requireInRoom(room: MembershipRow, messageId: string): void {
  const place = parseMessageId(messageId);
  const isInRoom = place?.roomId === room.id && place.sequence <= room.last_sequence;
  if (!isInRoom || place.sequence < room.first_visible) {
    throw new AppError("not_found", { message: "There is no such message to reply to." });
  }
}

// When a draft was last touched says nothing of its own.
function isSame(known: PreferencesRow, given: PreferencesRow): boolean {
  return (
    known.is_pinned === given.is_pinned &&
    known.is_archived === given.is_archived &&
    known.muted_until?.getTime() === given.muted_until?.getTime() &&
    known.draft?.content === given.draft?.content &&
    known.draft?.reply_to === given.draft?.reply_to
  );
}
