/** Changes the text of one's own message, and whom it mentions, keeping what it said before. */
import type { Input } from "@pipit/protocol/operations";
import { AppError } from "../../app-error.ts";
import type { Context, Handler, Writer } from "../../context.ts";
import type { Announce } from "../../db/transact.ts";
import { changeRoom, nextChange } from "../rooms/rooms-access.ts";
import { canSend, isAdmin, requireAllowed } from "../rooms/rooms-policy-access.ts";
import { findUsers } from "../users/users-access.ts";
import { announceChanged } from "./announce-changed.ts";
import { findBlind } from "./blind-members-access.ts";
import { saveEdit, saveWithheldEdit } from "./change-messages-store.ts";
import { findCalled } from "./find-called.ts";
import { findMembersAmong, saveMentions } from "./mentions-store.ts";
import { fromMessageId, type Place } from "./message-id.ts";
import { findRowsAt, type MessageRow } from "./messages-store.ts";
import { notifyMentioned } from "./notify-mentioned.ts";
import { requireContent } from "./require-content.ts";
import { type AccessedMessage, accessMessageForWrite, viewMessage } from "./room-messages-access.ts";

export const editMessage: Handler<"messages.edit"> = (ctx, input) => {
  const place = fromMessageId(input.message_id);
  return changeRoom(ctx, place.roomId, async (tx, announce) => {
    const accessed = await accessMessageForWrite(ctx, tx, input.message_id);
    const { room } = accessed;
    requireEditable(ctx, accessed);
    requireContent(input.content, accessed.row.upload_id !== null);
    const { row, isWithheldBefore } = await findToEdit(tx, accessed, place);
    const before = mentionsOf(row);
    const after = await findMentions(tx, accessed, input);
    if (isWithheldBefore || row.content !== input.content || !isSame(before, after)) {
      const change = await nextChange(tx, place.roomId);
      const edit = { content: input.content, meta: toMetaData(row, after), change, at: ctx.clock.now() };
      if (room.blocked_by_peer && !row.is_withheld) {
        await saveWithheldEdit(tx, place, { ...edit, mentions: after.userIds });
        await announceChanged(ctx, tx, announce, "message:edit:update", place, ctx.actor.userId);
      } else {
        await saveEdit(tx, row, edit);
        const { tenantId } = ctx.actor;
        if (!isSame(before, after)) await saveMentions(tx, place, { ...after, at: row.created_at, tenantId });
        await announceChanged(ctx, tx, announce, "message:edit:update", place);
        await announceMentions(ctx, tx, announce, { ...row, content: input.content }, before, after);
      }
    }
    return viewMessage(ctx, place, tx);
  });
};

/**
 * The message as it is edited: while one is blocked, as one sees it oneself; after that, as the other sees it, and an edit
 * is one even to what was said meanwhile (B4).
 */
async function findToEdit(
  tx: Writer,
  { room, row }: AccessedMessage,
  place: Place,
): Promise<{ row: MessageRow; isWithheldBefore: boolean }> {
  if (room.blocked_by_peer || room.direct_key === null) return { row, isWithheldBefore: false };
  const [shared = row] = await findRowsAt(tx, [place]);
  return { row: shared, isWithheldBefore: shared.content !== row.content };
}

type Mentions = { userIds: readonly string[]; isAll: boolean };

function mentionsOf({ meta_data }: MessageRow): Mentions {
  return { userIds: meta_data.mentions ?? [], isAll: meta_data.mentions_all === true };
}

/**
 * Whom the message mentions after the edit: those whom its text calls, and those whom the client names; where it names
 * none, those of before whom the text did not call remain.
 */
async function findMentions(
  tx: Writer,
  { room, row }: AccessedMessage,
  input: Input<"messages.edit">,
): Promise<Mentions> {
  const called = await findCalled(tx, room.id, input.content);
  if (called.isAll && isAdmin(room.role)) return { userIds: [], isAll: true };
  const named = input.meta_data?.mentions ?? (await findNamedBefore(tx, row));
  const userIds = await findMembersAmong(tx, room.id, [...named, ...called.userIds], row.sequence);
  return { userIds, isAll: false };
}

async function findNamedBefore(tx: Writer, row: MessageRow): Promise<string[]> {
  const before = row.meta_data.mentions ?? [];
  if (before.length === 0) return [];
  const called = new Set((await findCalled(tx, row.room_id, row.content)).userIds);
  return before.filter((userId) => !called.has(userId));
}

function toMetaData({ meta_data }: MessageRow, { userIds, isAll }: Mentions): MessageRow["meta_data"] {
  const { mentions: _, mentions_all: __, ...others } = meta_data;
  if (isAll) return { ...others, mentions_all: true };
  return userIds.length > 0 ? { ...others, mentions: [...userIds] } : others;
}

// Only those who were not mentioned before.
async function announceMentions(
  ctx: Context,
  tx: Writer,
  announce: Announce,
  row: MessageRow,
  before: Mentions,
  after: Mentions,
): Promise<void> {
  const userIds = before.isAll ? [] : after.userIds.filter((userId) => !before.userIds.includes(userId));
  const isAll = after.isAll && !before.isAll;
  if (row.is_withheld || (userIds.length === 0 && !isAll)) return;
  const [sender] = await findUsers(tx, ctx.actor.tenantId, [row.sender_id]);
  const message = { id: `${row.room_id}.${row.sequence}`, room_id: row.room_id, content: row.content };
  const senderName = sender?.name ?? row.sender_id;
  const blind = isAll ? (await findBlind(tx, row.room_id, [row.sequence]))(row.sequence) : [];
  announce((audiences) => notifyMentioned(audiences, ctx.actor, { message, senderName, userIds, isAll, blind }));
}

function isSame(one: Mentions, other: Mentions): boolean {
  return one.isAll === other.isAll && one.userIds.join("\n") === other.userIds.join("\n");
}

function requireEditable(ctx: Context, { room, row }: AccessedMessage): void {
  requireAllowed(row.sender_id === ctx.actor.userId, "Only its sender may edit a message.");
  requireAllowed(row.message_type !== "system", "A system message can't be edited.");
  requireAllowed(canSend(room), "Your role may not write in this room.");
  if (row.deleted_at !== null) throw new AppError("gone", { message: "The message was deleted." });
  const isFixed = row.message_type === "contact" || row.message_type === "location" || row.message_type === "poll";
  requireAllowed(!isFixed, "Only text and captions can be edited.");
  const age = ctx.clock.now().getTime() - row.created_at.getTime();
  requireAllowed(age <= ctx.config.editWindowSeconds * 1000, "It is too late to edit this message.");
}
