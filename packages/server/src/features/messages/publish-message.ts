/** Tells a room of a message that has committed. */
import type { Message } from "@pipit/protocol/models/message";
import type { Context } from "../../context.ts";
import type { Appended } from "./append-messages.ts";
import { notifyMentioned } from "./notify-mentioned.ts";
import { tellOfMessage } from "./tell-of-message.ts";

/** Never fails the send: what could not be told is healed by sync (G4). */
export function publishMessage(ctx: Context, message: Message, appended: Appended): void {
  const { is_withheld, mentioned, calls_all, sender_name, reply } = appended;
  try {
    const { audiences, actor } = ctx;
    const { room_id, sender_id } = message;
    const told = { room_id, sender_id, is_withheld, quotes_withheld: reply?.is_withheld === true };
    tellOfMessage(audiences, told, actor.tenantId, "message:receive", message, actor.socketId);
    if (is_withheld || sender_name === null) return;
    notifyMentioned(audiences, actor, { message, senderName: sender_name, userIds: mentioned ?? [], isAll: calls_all });
  } catch (error) {
    ctx.log.error({ err: error, room_id: message.room_id }, "a message could not be published");
  }
}
