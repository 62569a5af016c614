/** Opens a medium that may be opened once, and gives its address. */
import { AppError } from "../../app-error.ts";
import type { Context, Handler, Writer } from "../../context.ts";
import { findCarriedMedia } from "../media/media-access.ts";
import { fromMessageId, touchMessage } from "../messages/messages-access.ts";
import { type AccessedMessage, accessMessageForWrite } from "../messages/room-messages-access.ts";
import { announceMessage } from "../messages/touch-message-access.ts";
import { changeRoom, nextChange } from "../rooms/rooms-access.ts";
import { requireAllowed } from "../rooms/rooms-policy-access.ts";
import { findEnd, insertOpen, isRecipient } from "./expiry-store.ts";
import { hastenEnds, lookSeconds } from "./opens-access.ts";

export const openOnce: Handler<"messages.open"> = (ctx, input) => {
  const place = fromMessageId(input.message_id);
  return changeRoom(ctx, place.roomId, async (tx, announce) => {
    const { tenantId, userId, socketId } = ctx.actor;
    const { row } = await accessMessageForWrite(ctx, tx, input.message_id);
    const uploadId = requireOnce(row);
    requireAllowed(row.sender_id !== userId, "Its sender may not open it.");
    requireAllowed(await isRecipient(tx, place, userId), "Only who was a member when it was sent may open it.");
    const medium = await requireMedium(ctx, tx, place, uploadId);
    // In the locked room: of two devices at once, one is the first.
    const at = ctx.clock.now();
    if (!(await insertOpen(tx, place, userId, at))) throw gone("You have opened it already.");
    await hastenEnds(tx, place.roomId, place.sequence);
    const change = await nextChange(tx, place.roomId);
    await touchMessage(tx, place, change);
    await announceMessage({ ...ctx, db: tx }, tenantId, announce, "message:edit:update", place, socketId);
    const until = new Date(at.getTime() + lookSeconds * 1000);
    return {
      message_id: input.message_id,
      change,
      signedUrl: ctx.links.opened(uploadId, { tenantId, userId, opened: place }, until),
      signedUntil: until.toISOString(),
      type: medium.mime_type,
    };
  });
};

/** @throws {AppError} `gone` for a message that was deleted, `conflict` for one that may be looked at for good */
function requireOnce(row: AccessedMessage["row"]): string {
  if (row.deleted_at !== null) throw gone("The message was deleted.");
  if (row.is_view_once && row.upload_id !== null) return row.upload_id;
  throw new AppError("conflict", { message: "This message has nothing that may be opened once." });
}

async function requireMedium(ctx: Context, tx: Writer, place: { roomId: string; sequence: number }, uploadId: string) {
  const end = await findEnd(tx, place, uploadId);
  const medium = (await findCarriedMedia({ ...ctx, db: tx }, [uploadId])).get(uploadId);
  if (!medium || end === undefined || end <= ctx.clock.now()) throw gone("It is there no more.");
  // It would be a pity to use up the one look.
  if (medium.status === "ready") return medium;
  throw new AppError("unavailable", { message: "It is being looked through for viruses.", retryAfterSeconds: 2 });
}

function gone(message: string): AppError {
  return new AppError("gone", { message });
}
