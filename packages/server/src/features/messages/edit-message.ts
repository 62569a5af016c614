/** Changes the text of one's own message, keeping what it said before. */
import { AppError } from "../../app-error.ts";
import type { Context, Handler } from "../../context.ts";
import { changeRoom, nextChange } from "../rooms/rooms-access.ts";
import { canSend, requireAllowed } from "../rooms/rooms-policy-access.ts";
import { announceChanged } from "./announce-changed.ts";
import { saveEdit } from "./change-messages-store.ts";
import { fromMessageId } from "./message-id.ts";
import { requireContent } from "./require-content.ts";
import { type AccessedMessage, accessMessageForWrite, viewMessage } from "./room-messages-access.ts";

export const editMessage: Handler<"messages.edit"> = (ctx, input) => {
  const place = fromMessageId(input.message_id);
  return changeRoom(ctx, place.roomId, async (tx, announce) => {
    const accessed = await accessMessageForWrite(ctx, tx, input.message_id);
    requireEditable(ctx, accessed);
    requireContent(input.content, accessed.row.upload_id !== null);
    if (accessed.row.content !== input.content) {
      const change = await nextChange(tx, place.roomId);
      await saveEdit(tx, accessed.row, { content: input.content, change, at: ctx.clock.now() });
      await announceChanged(ctx, tx, announce, "message:edit:update", place);
    }
    return viewMessage(ctx, place, tx);
  });
};

function requireEditable(ctx: Context, { room, row }: AccessedMessage): void {
  requireAllowed(row.sender_id === ctx.actor.userId, "Only its sender may edit a message.");
  requireAllowed(row.message_type !== "system", "A system message can't be edited.");
  requireAllowed(canSend(room), "Your role may not write in this room.");
  if (row.deleted_at !== null) throw new AppError("gone", { message: "The message was deleted." });
  const age = ctx.clock.now().getTime() - row.created_at.getTime();
  requireAllowed(age <= ctx.config.editWindowSeconds * 1000, "It is too late to edit this message.");
}
