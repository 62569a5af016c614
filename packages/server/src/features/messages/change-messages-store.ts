/** The queries that change messages which are there already, in a locked room. */
import type { SystemFact } from "@pipit/protocol/models/message";
import { sql } from "kysely";
import type { Writer } from "../../context.ts";
import { dropStar } from "../account/stars-access.ts";
import type { Place } from "./message-id.ts";
import { columns, type MessageRow } from "./messages-store.ts";

/** Sets the text and meta data, and keeps those that are replaced as the next revision of the message. */
export async function saveEdit(
  tx: Writer,
  row: Pick<MessageRow, "room_id" | "sequence" | "content" | "meta_data">,
  edit: { content: string; meta: MessageRow["meta_data"]; change: number; at: Date },
): Promise<void> {
  await sql`
    insert into message_edits (room_id, sequence, revision, content, meta_data, replaced_at, change)
    select ${row.room_id}, ${row.sequence}, count(*) + 1, ${row.content}, ${JSON.stringify(row.meta_data)}::jsonb,
      ${edit.at}, ${edit.change} from message_edits
    where room_id = ${row.room_id} and sequence = ${row.sequence}`.execute(tx);
  await tx
    .updateTable("messages")
    .set({
      content: edit.content,
      meta_data: JSON.stringify(edit.meta),
      change: edit.change,
      edited_at: edit.at,
      updated_at: edit.at,
    })
    .where("room_id", "=", row.room_id)
    .where("sequence", "=", row.sequence)
    .execute();
}

/** Keeps the text that one gives a message whom the other of the room blocks: the others have it as it was. */
export async function saveWithheldEdit(
  tx: Writer,
  place: Place,
  edit: { content: string; mentions: readonly string[]; change: number; at: Date },
): Promise<void> {
  const withheld = { content: edit.content, mentions: edit.mentions, edited_at: edit.at };
  await sql`
    update messages set change = ${edit.change},
      meta_data = jsonb_set(meta_data, '{withheld}', ${JSON.stringify(withheld)}::jsonb)
    where room_id = ${place.roomId} and sequence = ${place.sequence}`.execute(tx);
}

/** Leaves a tombstone: what was said, its earlier versions, its reactions, mentions and votes go (contract §1). */
export async function saveTombstone(tx: Writer, place: Place, deletion: { change: number; at: Date }): Promise<void> {
  for (const table of ["message_edits", "reactions", "mentions", "poll_votes", "view_once_opens"] as const) {
    await tx.deleteFrom(table).where("room_id", "=", place.roomId).where("sequence", "=", place.sequence).execute();
  }
  await tx
    .updateTable("messages")
    .set({
      content: "",
      meta_data: "{}",
      upload_id: null,
      change: deletion.change,
      deleted_at: deletion.at,
      updated_at: deletion.at,
    })
    .where("room_id", "=", place.roomId)
    .where("sequence", "=", place.sequence)
    .execute();
}

/** The account change by which a user has hidden a message, if they have. */
export async function findHiding(tx: Writer, place: Place, userId: string): Promise<number | undefined> {
  const row = await tx
    .selectFrom("hidden_messages")
    .select("account_change")
    .where("room_id", "=", place.roomId)
    .where("user_id", "=", userId)
    .where("sequence", "=", place.sequence)
    .executeTakeFirst();
  return row?.account_change;
}

/** Hides a message from a user's own lists; their star goes with it. */
export async function insertHidden(
  tx: Writer,
  place: Place,
  user: { tenantId: string; userId: string },
  accountChange: number,
): Promise<void> {
  await dropStar(tx, place, user.userId);
  await tx
    .insertInto("hidden_messages")
    .values({
      room_id: place.roomId,
      user_id: user.userId,
      sequence: place.sequence,
      tenant_id: user.tenantId,
      account_change: accountChange,
    })
    .execute();
}

/** Adds a reaction. @returns false if it was there. */
export async function insertReaction(
  tx: Writer,
  reaction: Place & { emoji: string; userId: string; isWithheld: boolean; at: Date },
): Promise<boolean> {
  const result = await tx
    .insertInto("reactions")
    .values({
      room_id: reaction.roomId,
      sequence: reaction.sequence,
      emoji: reaction.emoji,
      user_id: reaction.userId,
      is_withheld: reaction.isWithheld,
      created_at: reaction.at,
    })
    .onConflict((conflict) => conflict.columns(["room_id", "sequence", "emoji", "user_id"]).doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

/** Takes a reaction away. @returns whether it was withheld, or undefined if there was none. */
export async function deleteReaction(
  tx: Writer,
  reaction: Place & { emoji: string; userId: string },
): Promise<boolean | undefined> {
  const deleted = await tx
    .deleteFrom("reactions")
    .where("room_id", "=", reaction.roomId)
    .where("sequence", "=", reaction.sequence)
    .where("emoji", "=", reaction.emoji)
    .where("user_id", "=", reaction.userId)
    .returning("is_withheld")
    .executeTakeFirst();
  return deleted?.is_withheld;
}

/** How many emoji a user has on a message, and how many different ones it has in all. */
export async function countReactions(
  tx: Writer,
  place: Place,
  userId: string,
): Promise<{ own: number; different: number }> {
  return tx
    .selectFrom("reactions")
    .select((eb) => [
      eb.fn.countAll<number>().filterWhere("user_id", "=", userId).as("own"),
      eb.fn.count<number>("emoji").distinct().as("different"),
    ])
    .where("room_id", "=", place.roomId)
    .where("sequence", "=", place.sequence)
    .executeTakeFirstOrThrow();
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

/**
 * Marks the newest replies to a message as changed, each by a change of its own, because they show a preview of it.
 * @returns their sequences, oldest first, at most `limit`
 */
export async function touchReplies(tx: Writer, place: Place, limit: number): Promise<number[]> {
  const { rows } = await sql<{ sequence: number }>`
    with newest as (
      select sequence from messages where room_id = ${place.roomId} and reply_to = ${place.sequence}
      order by sequence desc limit ${limit}
    ), replies as (
      select sequence, row_number() over (order by sequence) as n, count(*) over () as total from newest
    ), moved as (
      update rooms set last_change = last_change + (select max(total) from replies)
      where id = ${place.roomId} and exists (select 1 from replies) returning last_change
    )
    update messages m set change = moved.last_change - replies.total + replies.n
    from replies, moved where m.room_id = ${place.roomId} and m.sequence = replies.sequence
    returning m.sequence`.execute(tx);
  return rows.map((row) => row.sequence).sort((a, b) => a - b);
}

/**
 * Appends a message of the system to a locked room: nobody has it unread (G7). Of what one does whom the other of a direct
 * room blocks, it tells them alone.
 */
export async function insertSystemMessage(
  tx: Writer,
  message: { roomId: string; senderId: string; fact: SystemFact; at: Date },
): Promise<MessageRow> {
  const { rows } = await sql<MessageRow>`
    with placed as (
      update rooms set last_sequence = last_sequence + 1, last_change = last_change + 1,
        moved_xid = pg_current_xact_id(), active_at = greatest(active_at, ${message.at})
      where id = ${message.roomId} returning last_sequence, last_change, last_countable, active_at
    ), inserted as (
      insert into messages (room_id, sequence, change, countable, sender_id, message_type, content, meta_data,
        is_withheld, created_at, updated_at)
      select ${message.roomId}, last_sequence, last_change, last_countable, ${message.senderId}, 'system', '',
        ${JSON.stringify({ system: message.fact })}::jsonb, exists (
          select 1 from members m
          where m.room_id = ${message.roomId} and m.user_id = ${message.senderId} and m.blocked_by_peer
        ), active_at, active_at from placed
      returning ${sql.raw(columns.join(", "))}
    ), withheld as (
      insert into hidden_messages (room_id, user_id, sequence, tenant_id, account_change)
      select i.room_id, m.user_id, i.sequence, m.tenant_id, 0
      from inserted i join members m on m.room_id = i.room_id and m.user_id <> i.sender_id where i.is_withheld
    )
    select ${sql.raw(columns.join(", "))} from inserted`.execute(tx);
  if (!rows[0]) throw new Error("a system message was not appended");
  return rows[0];
}
