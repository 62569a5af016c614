/** Sets what the caller alone has of a room: pinned, archived, muted, marked unread, and a draft. */
import type { Draft } from "@pipit/protocol/models/account";
import type { Input } from "@pipit/protocol/operations";
import { AppError } from "../../app-error.ts";
import type { Context, Handler } from "../../context.ts";
import { parseMessageId } from "../messages/messages-access.ts";
import { settleSharedReads } from "../rooms/direct-rooms-access.ts";
import { accessRoomForWrite, changeRoom, type MembershipRow } from "../rooms/rooms-access.ts";
import { movePreferences } from "./move-preferences.ts";
import { type PreferencesRow, readPreferences, saveArchived } from "./preferences-store.ts";

export const setPreferences: Handler<"rooms.setPreferences"> = (ctx, input) =>
  changeRoom(ctx, input.room_id, async (tx, announce) => {
    const room = await accessRoomForWrite(ctx, tx, input.room_id);
    const known = await readPreferences(tx, room.id, ctx.actor.userId);
    const given = toGiven(ctx, room, known, input);
    // Also of one that is archived already: what was said by now is not to bring it back, however late that is looked at.
    if (input.is_archived) await saveArchived(tx, room.id, ctx.actor.userId, room.last_sequence);
    const preferences = await movePreferences(ctx, tx, announce, known, given);
    if (known.is_request && !given.is_request) await settleSharedReads(tx, [room.id]);
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
    is_marked_unread: input.is_marked_unread ?? known.is_marked_unread,
    is_request: input.is_request ?? known.is_request,
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
