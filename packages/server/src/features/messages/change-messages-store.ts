/** The queries that change messages which are there already, in a locked room. */
import { sql } from "kysely";
import type { Writer } from "../../context.ts";
import type { Place } from "./message-id.ts";
import type { MessageRow } from "./messages-store.ts";

/** Sets the text, and keeps the one that it replaces as the next revision of the message. */
export async function saveEdit(
  tx: Writer,
  row: Pick<MessageRow, "room_id" | "sequence" | "content">,
  edit: { content: string; change: number; at: Date },
): Promise<void> {
  await sql`
    insert into message_edits (room_id, sequence, revision, content, replaced_at)
    select ${row.room_id}, ${row.sequence}, count(*) + 1, ${row.content}, ${edit.at} from message_edits
    where room_id = ${row.room_id} and sequence = ${row.sequence}`.execute(tx);
  await tx
    .updateTable("messages")
    .set({ content: edit.content, change: edit.change, edited_at: edit.at, updated_at: edit.at })
    .where("room_id", "=", row.room_id)
    .where("sequence", "=", row.sequence)
    .execute();
}

/** Leaves a tombstone: what was said, its earlier versions, its reactions and its mentions go (contract §1). */
export async function saveTombstone(tx: Writer, place: Place, deletion: { change: number; at: Date }): Promise<void> {
  for (const table of ["message_edits", "reactions", "mentions"] as const) {
    await tx.deleteFrom(table).where("room_id", "=", place.roomId).where("sequence", "=", place.sequence).execute();
  }
  await tx
    .updateTable("messages")
    .set({
      content: "",
      meta_data: "{}",
      change: deletion.change,
      deleted_at: deletion.at,
      updated_at: deletion.at,
    })
    .where("room_id", "=", place.roomId)
    .where("sequence", "=", place.sequence)
    .execute();
}

/** Hides a message from a user's own lists. @returns false if it was hidden already. */
export async function insertHidden(
  tx: Writer,
  place: Place,
  user: { tenantId: string; userId: string },
  accountChange: number,
): Promise<boolean> {
  const result = await tx
    .insertInto("hidden_messages")
    .values({
      room_id: place.roomId,
      user_id: user.userId,
      sequence: place.sequence,
      tenant_id: user.tenantId,
      account_change: accountChange,
    })
    .onConflict((conflict) => conflict.columns(["room_id", "user_id", "sequence"]).doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

/** Adds a reaction. @returns false if it was there. */
export async function insertReaction(
  tx: Writer,
  reaction: Place & { emoji: string; userId: string; at: Date },
): Promise<boolean> {
  const result = await tx
    .insertInto("reactions")
    .values({
      room_id: reaction.roomId,
      sequence: reaction.sequence,
      emoji: reaction.emoji,
      user_id: reaction.userId,
      created_at: reaction.at,
    })
    .onConflict((conflict) => conflict.columns(["room_id", "sequence", "emoji", "user_id"]).doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

/** Takes a reaction away. @returns false if there was none. */
export async function deleteReaction(
  tx: Writer,
  reaction: Place & { emoji: string; userId: string },
): Promise<boolean> {
  const result = await tx
    .deleteFrom("reactions")
    .where("room_id", "=", reaction.roomId)
    .where("sequence", "=", reaction.sequence)
    .where("emoji", "=", reaction.emoji)
    .where("user_id", "=", reaction.userId)
    .executeTakeFirst();
  return result.numDeletedRows === 1n;
}

/** How many emoji a user has on a message. */
export async function countReactions(tx: Writer, place: Place, userId: string): Promise<number> {
  const row = await tx
    .selectFrom("reactions")
    .select((eb) => eb.fn.countAll<number>().as("count"))
    .where("room_id", "=", place.roomId)
    .where("sequence", "=", place.sequence)
    .where("user_id", "=", userId)
    .executeTakeFirstOrThrow();
  return row.count;
}

/** Marks a message as changed, so that sync brings it. */
export async function touchMessage(tx: Writer, place: Place, change: number): Promise<void> {
  await tx
    .updateTable("messages")
    .set({ change })
    .where("room_id", "=", place.roomId)
    .where("sequence", "=", place.sequence)
    .execute();
}
