/** Changes the text of one's own message, keeping what it said before. */
import { AppError } from "../../app-error.ts";
import type { Context, Handler, Writer } from "../../context.ts";
import { transact } from "../../db/transact.ts";
import { nextChange } from "../rooms/rooms-access.ts";
import { canSend, requireAllowed } from "../rooms/rooms-policy-access.ts";
import { saveEdit } from "./change-messages-store.ts";
import { findMessagesAt } from "./messages-access.ts";
import type { MessageRow } from "./messages-store.ts";
import { type AccessedMessage, accessMessage, accessMessageForWrite, viewMessage } from "./room-messages-access.ts";

export const editMessage: Handler<"messages.edit"> = async (ctx, input) => {
  await transact(ctx, async (tx, announce) => {
    const accessed = await accessMessageForWrite(ctx, tx, input.message_id);
    requireEditable(ctx, accessed);
    if (accessed.row.content === input.content) return;
    const message = await edit(ctx, tx, accessed.row, input.content);
    announce((audiences) => audiences.toRoom(message.room_id, "message:edit:update", message, ctx.actor.socketId));
  });
  return viewMessage(ctx, await accessMessage(ctx, input.message_id));
};

function requireEditable(ctx: Context, { room, row }: AccessedMessage): void {
  requireAllowed(row.sender_id === ctx.actor.userId, "Only its sender may edit a message.");
  requireAllowed(row.message_type !== "system", "A system message can't be edited.");
  requireAllowed(canSend(room), "Your role may not write in this room.");
  if (row.deleted_at !== null) throw new AppError("gone", { message: "The message was deleted." });
  const age = ctx.clock.now().getTime() - row.created_at.getTime();
  requireAllowed(age <= ctx.config.editWindowSeconds * 1000, "It is too late to edit this message.");
}

async function edit(ctx: Context, tx: Writer, row: MessageRow, content: string) {
  const change = await nextChange(tx, row.room_id);
  await saveEdit(tx, row, { content, change, at: ctx.clock.now() });
  const [message] = await findMessagesAt(tx, undefined, [{ roomId: row.room_id, sequence: row.sequence }]);
  if (!message) throw new Error("an edited message is missing");
  return message;
}
