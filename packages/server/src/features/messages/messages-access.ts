/** What other parts may ask of messages once they have checked access to the room. */
import type { Message, SystemFact } from "@pipit/protocol/models/message";
import { sql } from "kysely";
import type { Context, Reader, Writer } from "../../context.ts";
import type { Place } from "./message-id.ts";
import { findRowsAt, type MessageRow, noExtras, toMessage, toMessages, type Viewer } from "./messages-store.ts";

export { toMessageId } from "./message-id.ts";

/** Messages at places that the caller may see: access has been checked. */
export async function findMessagesAt(db: Reader, viewer: Viewer, places: readonly Place[]): Promise<Message[]> {
  return toMessages(db, viewer, await findRowsAt(db, places));
}

/** Records a fact of a locked room as a message of its own, which nobody has unread (G7). */
export async function appendSystemMessage(
  ctx: Context,
  tx: Writer,
  roomId: string,
  fact: SystemFact,
): Promise<Message> {
  const at = ctx.clock.now();
  const { rows } = await sql<MessageRow>`
    with placed as (
      update rooms set last_sequence = last_sequence + 1, last_change = last_change + 1,
        moved_xid = pg_current_xact_id(), active_at = ${at}
      where id = ${roomId} returning last_sequence, last_change, last_countable
    )
    insert into messages (room_id, sequence, change, countable, sender_id, message_type, content, meta_data,
      created_at, updated_at)
    select ${roomId}, last_sequence, last_change, last_countable, ${ctx.actor.userId}, 'system', '',
      ${JSON.stringify({ system: fact })}::jsonb, ${at}, ${at} from placed
    returning room_id, sequence, change, sender_id, client_message_id, message_type, content, reply_to,
      meta_data, edited_at, deleted_at, created_at, updated_at`.execute(tx);
  if (!rows[0]) throw new Error("a system message was not appended");
  return toMessage(rows[0], undefined, noExtras);
}
