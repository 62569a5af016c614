/** Tells a room of a message that has committed. */
import type { Message } from "@pipit/protocol/models/message";
import type { Context } from "../../context.ts";
import type { Appended } from "./append-messages.ts";

const mentionPreviewCharacters = 100;

/** Never fails the send: what could not be told is healed by sync (G4). */
export function publishMessage(ctx: Context, message: Message, appended: Appended): void {
  try {
    ctx.audiences.toRoom(message.room_id, "message:receive", message, ctx.actor.socketId);
    if (appended.mentioned !== null) notifyMentioned(ctx, message, appended.mentioned, appended.sender_name);
  } catch (error) {
    ctx.log.error({ err: error, room_id: message.room_id }, "a message could not be published");
  }
}

function notifyMentioned(
  ctx: Context,
  message: Message,
  mentioned: readonly string[],
  senderName: string | null,
): void {
  const payload = {
    roomId: message.room_id,
    messageId: message.id,
    mentionedBy: message.sender_id,
    mentionedByName: senderName ?? message.sender_id,
    content: [...message.content].slice(0, mentionPreviewCharacters).join(""),
  };
  for (const userId of mentioned) {
    if (userId === message.sender_id) continue;
    ctx.audiences.toUser({ tenantId: ctx.actor.tenantId, userId }, "notification:mention", payload);
  }
}
