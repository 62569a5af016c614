/** What other parts may ask of messages once they have checked access to the room. */
import type { Message, SystemFact } from "@pipit/protocol/models/message";
import type { Context, Source, Writer } from "../../context.ts";
import { insertSystemMessage } from "./change-messages-store.ts";
import type { Place } from "./message-id.ts";
import { findRowsAt, noExtras, toMessage, toMessages, type Viewer } from "./messages-store.ts";

export { touchMessage } from "./change-messages-store.ts";
export { fromMessageId, type Place, parseMessageId, toMessageId } from "./message-id.ts";
export { tellOfMessage } from "./tell-of-message.ts";

/** Messages at places that the caller may see: access has been checked. */
export async function findMessagesAt(source: Source, viewer: Viewer, places: readonly Place[]): Promise<Message[]> {
  return toMessages(source, viewer, await findRowsAt(source.db, places, viewer?.userId));
}

/** Records a fact of a locked room as a message of its own. */
export async function appendSystemMessage(
  ctx: Context,
  tx: Writer,
  roomId: string,
  fact: SystemFact,
): Promise<Message> {
  const message = { roomId, senderId: ctx.actor.userId, fact, at: ctx.clock.now() };
  return toMessage(await insertSystemMessage(tx, message), undefined, noExtras);
}
