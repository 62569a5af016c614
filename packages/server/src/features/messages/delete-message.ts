/** Deletes a message for everyone, leaving a tombstone, or for oneself. */
import type { Context, Handler, Writer } from "../../context.ts";
import type { Announce } from "../../db/transact.ts";
import { dropUse } from "../media/media-access.ts";
import { unpinDeleted } from "../pins/pins-access.ts";
import { changeRoom, nextChange } from "../rooms/rooms-access.ts";
import { isAdmin, requireAllowed } from "../rooms/rooms-policy-access.ts";
import { nextAccountChange } from "../users/users-access.ts";
import { announceChanged } from "./announce-changed.ts";
import { findHiding, insertHidden, saveTombstone } from "./change-messages-store.ts";
import { fromMessageId, type Place, toMessageId } from "./message-id.ts";
import { type AccessedMessage, accessMessageForWrite } from "./room-messages-access.ts";
import { takeOffStars } from "./take-off-stars.ts";

export const deleteMessage: Handler<"messages.delete"> = (ctx, input) => {
  const place = fromMessageId(input.message_id);
  return changeRoom(ctx, place.roomId, async (tx, announce) => {
    const accessed = await accessMessageForWrite(ctx, tx, input.message_id, true);
    const deleted = { message_id: input.message_id, room_id: place.roomId, for: input.for };
    if (input.for === "everyone") return { ...deleted, change: await bury(ctx, tx, announce, accessed, place) };
    return { ...deleted, account_change: await hide(ctx, tx, announce, place) };
  });
};

async function hide(ctx: Context, tx: Writer, announce: Announce, place: Place): Promise<number> {
  const known = await findHiding(tx, place, ctx.actor.userId);
  if (known !== undefined) return known;
  const accountChange = await nextAccountChange(tx, ctx.actor.tenantId, ctx.actor.userId);
  await insertHidden(tx, place, ctx.actor, accountChange);
  const payload = {
    account_change: accountChange,
    kind: "message_hidden" as const,
    room_id: place.roomId,
    message_id: toMessageId(place.roomId, place.sequence),
  };
  announce((audiences) => audiences.toUser(ctx.actor, "account:update", payload, ctx.actor.socketId));
  return accountChange;
}

async function bury(
  ctx: Context,
  tx: Writer,
  announce: Announce,
  accessed: AccessedMessage,
  place: Place,
): Promise<number> {
  requireMayBury(ctx, accessed);
  if (accessed.row.deleted_at !== null) return accessed.row.change;
  const change = await nextChange(tx, place.roomId);
  await saveTombstone(tx, place, { change, at: ctx.clock.now() });
  await takeOffStars(tx, announce, { id: place.roomId, tenantId: ctx.actor.tenantId }, [place.sequence]);
  await announceChanged(ctx, tx, announce, "message:delete:update", place);
  await unpinDeleted(ctx, tx, announce, place.roomId, [place.sequence]);
  await dropMedia(ctx, tx, announce, accessed, place);
  return change;
}

async function dropMedia(
  ctx: Context,
  tx: Writer,
  announce: Announce,
  { row }: AccessedMessage,
  place: Place,
): Promise<void> {
  if (row.upload_id === null) return;
  const isLast = await dropUse(ctx, tx, row.upload_id, place);
  if (isLast) announce(() => ctx.jobs.wake());
}

function requireMayBury(ctx: Context, { room, row }: AccessedMessage): void {
  requireAllowed(row.message_type !== "system", "A system message can't be deleted for everyone.");
  const governs = room.type !== "direct" && isAdmin(room.role);
  if (governs) return;
  requireAllowed(row.sender_id === ctx.actor.userId, "Only its sender or an admin may delete a message for everyone.");
  const age = ctx.clock.now().getTime() - row.created_at.getTime();
  requireAllowed(age <= ctx.config.deleteWindowSeconds * 1000, "It is too late to delete this message for everyone.");
}
