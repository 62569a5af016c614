/** The append: sends from all rooms that wait together commit together, in one round trip (docs/spec.md G1-G3, G8). */
import type pg from "pg";
import { AppError } from "../../app-error.ts";
import { isDatabaseAway } from "../../db/database-error.ts";
import { GroupCommit } from "../../db/group-commit.ts";

/** A message to append, already validated. `roomId` is a UUID. */
export type Draft = {
  roomId: string;
  tenantId: string;
  senderId: string;
  clientMessageId: string | undefined;
  /** A digest of the body, by which a retry is told from another message with the same client_message_id. */
  fingerprint: string | undefined;
  messageType: string;
  content: string;
  replyTo: number | undefined;
  mentions: readonly string[] | undefined;
};

/**
 * What became of a draft: `known` is the sequence of the first message with its client_message_id, and
 * `known_fingerprint` the digest of that one's body; else it has a place of its own, `sequence` and `change`; `refusal`
 * says why it has neither.
 */
export type Appended = {
  refusal: "not_found" | "forbidden" | "reply_not_found" | null;
  known: number | null;
  known_fingerprint: string | null;
  sequence: number | null;
  change: number | null;
  mentioned: string[] | null;
  at: Date;
};

export type Appender = GroupCommit<Draft, Appended>;

/** Told of each batch: its rows, how many of them became messages, and how long the round trip took. */
export type BatchObserver = (batch: { rows: number; appended: number; seconds: number }) => void;

const statement = {
  name: "append_messages",
  text: "select i, refusal, known, known_fingerprint, sequence, change, mentioned from append_messages($1::json, $2::uuid[], $3)",
};
const maxBatch = 512;
const maxWaiting = 20_000;

export function createAppender(pool: pg.Pool, clock: { now(): Date }, observe: BatchObserver): Appender {
  return new GroupCommit<Draft, Appended>({
    maxBatch,
    maxWaiting,
    keyOf: (draft) =>
      draft.clientMessageId === undefined ? undefined : `${draft.roomId}/${draft.senderId}/${draft.clientMessageId}`,
    isItemFault: (error) => !isDatabaseAway(error),
    overflow: () => new AppError("unavailable", { message: "Too many messages are waiting.", retryAfterSeconds: 1 }),
    write: (batch) => writeBatch(pool, clock, observe, batch),
  });
}

async function writeBatch(
  pool: pg.Pool,
  clock: { now(): Date },
  observe: BatchObserver,
  batch: readonly Draft[],
): Promise<Appended[]> {
  const at = clock.now();
  const startedAt = performance.now();
  const rooms = [...new Set(batch.map((draft) => draft.roomId))];
  const result = await pool.query<Appended & { i: number }>({
    ...statement,
    values: [JSON.stringify(batch.map(toRecord)), rooms, at],
  });
  const outcomes = new Array<Appended>(batch.length);
  let appended = 0;
  for (const row of result.rows) {
    if (row.sequence !== null) appended += 1;
    outcomes[row.i] = { ...row, at };
  }
  observe({ rows: batch.length, appended, seconds: (performance.now() - startedAt) / 1000 });
  return outcomes;
}

// The names are those of the record type in append_messages.
function toRecord(draft: Draft, i: number) {
  return {
    i,
    room: draft.roomId,
    tenant: draft.tenantId,
    sender: draft.senderId,
    client_id: draft.clientMessageId,
    fingerprint: draft.fingerprint,
    type: draft.messageType,
    content: draft.content,
    reply: draft.replyTo,
    mentions: draft.mentions,
  };
}
