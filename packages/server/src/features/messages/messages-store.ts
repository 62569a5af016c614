/** The queries that read messages, and what makes of rows what clients see. */

import type { Poll } from "@pipit/protocol/models/content";
import type { MessageMedia } from "@pipit/protocol/models/media";
import type { Message, MetaData, Reaction } from "@pipit/protocol/models/message";
import { type Expression, type SqlBool, sql } from "kysely";
import type { Reader, Source } from "../../context.ts";
import { findStarred } from "../account/stars-access.ts";
import { findOnceStates, type OnceState } from "../expiry/opens-access.ts";
import { findCarriedMedia } from "../media/media-access.ts";
import { findPolls } from "../polls/polls-access.ts";
import { type Place, toMessageId } from "./message-id.ts";

export const columns = [
  "room_id",
  "sequence",
  "change",
  "sender_id",
  "client_message_id",
  "message_type",
  "content",
  "reply_to",
  "meta_data",
  "upload_id",
  "forwarded_from",
  "forwarded_count",
  "expires_at",
  "is_view_once",
  "is_withheld",
  "edited_at",
  "deleted_at",
  "created_at",
  "updated_at",
] as const;

export type MessageRow = Awaited<ReturnType<typeof selectRows>>[number];

/** A row as a user may know it: what its sender made of it while they were blocked is for them alone (B4). */
function asSeenBy(row: MessageRow, userId: string | undefined): MessageRow {
  const { withheld, ...shared } = row.meta_data;
  if (!withheld) return row;
  if (userId !== row.sender_id) return { ...row, meta_data: shared };
  const { mentions: _, ...others } = shared;
  const { content, mentions } = withheld;
  const at = new Date(withheld.edited_at);
  const meta_data = mentions.length > 0 ? { ...others, mentions } : others;
  return { ...row, content, meta_data, edited_at: at, updated_at: at };
}

/** Who looks: sees own status and own reactions. Events are the same for all and have no viewer. */
export type Viewer = { userId: string } | undefined;

export type Range = { after?: number; before?: number; changedAfter?: number };

function selectRows(db: Reader, condition: Expression<SqlBool>, order: "up" | "down" | "change", limit: number) {
  return db
    .selectFrom("messages as m")
    .select(columns.map((column) => `m.${column}` as const))
    .where(condition)
    .orderBy(order === "change" ? "m.change" : "m.sequence", order === "down" ? "desc" : "asc")
    .limit(limit)
    .execute();
}

/**
 * The last sequence that a room had at a moment. Times rise with sequences, so this reads down from the newest message
 * no further than what came since.
 */
export async function findSequenceAt(db: Reader, roomId: string, time: Date): Promise<number> {
  const row = await db
    .selectFrom("messages")
    .select("sequence")
    .where("room_id", "=", roomId)
    .where("created_at", "<=", time)
    .orderBy("sequence", "desc")
    .limit(1)
    .executeTakeFirst();
  return row?.sequence ?? 0;
}

/**
 * Rows of a room that the viewer may see, by sequence or by change.
 * @param place the room, the viewer and the first sequence that they may see.
 */
export async function findRows(
  db: Reader,
  place: { roomId: string; userId: string; firstVisible: number; withHidden?: boolean },
  range: Range,
  order: "up" | "down" | "change",
  limit: number,
): Promise<MessageRow[]> {
  const conditions = [sql`m.room_id = ${place.roomId}`, sql`m.sequence >= ${place.firstVisible}`];
  if (place.withHidden !== true) conditions.push(notHidden(place.userId));
  if (range.after !== undefined) conditions.push(sql`m.sequence > ${range.after}`);
  if (range.before !== undefined) conditions.push(sql`m.sequence < ${range.before}`);
  if (range.changedAfter !== undefined) conditions.push(sql`m.change > ${range.changedAfter}`);
  const rows = await selectRows(db, sql<SqlBool>`${sql.join(conditions, sql` and `)}`, order, limit);
  return rows.map((row) => asSeenBy(row, place.userId));
}

/** A condition on messages `m`: the user has not deleted it for themself, and it is not withheld from them. */
export function notHidden(userId: string) {
  return sql`not exists (
    select 1 from hidden_messages h where h.room_id = m.room_id and h.user_id = ${userId} and h.sequence = m.sequence)`;
}

/** The rows at places, as one user, or everyone, may know them: access has been checked. */
export async function findRowsAt(db: Reader, places: readonly Place[], userId?: string): Promise<MessageRow[]> {
  if (places.length === 0) return [];
  const rooms = places.map((place) => place.roomId);
  const sequences = places.map((place) => place.sequence);
  const condition = sql<SqlBool>`(m.room_id, m.sequence) in (select * from unnest(${rooms}::uuid[], ${sequences}::bigint[]))`;
  const rows = await selectRows(db, condition, "up", places.length);
  return rows.map((row) => asSeenBy(row, userId));
}

/** What a preview shows of the message that is quoted. */
export type Quoted = Pick<MessageRow, "sender_id" | "message_type" | "content" | "is_withheld"> & {
  is_deleted: boolean;
};

/** What is known of messages besides their rows. */
export type Extras = {
  replies: ReadonlyMap<string, Quoted>;
  reactions: ReadonlyMap<string, Reaction[]>;
  /** By room: how far all other members have received and read. */
  receipts: ReadonlyMap<string, { delivered: number; read: number }>;
  /** By upload id; those that have been removed are missing. */
  media: ReadonlyMap<string, MessageMedia>;
  /** The ids of those that have the viewer's star. */
  stars: ReadonlySet<string>;
  /** By message id. */
  polls: ReadonlyMap<string, Poll>;
  /** By message id: what became of what may be opened once. A message that has just been sent is missing. */
  opens: ReadonlyMap<string, OnceState>;
};

export const noExtras: Extras = {
  replies: new Map(),
  reactions: new Map(),
  receipts: new Map(),
  media: new Map(),
  stars: new Set(),
  polls: new Map(),
  opens: new Map(),
};

/**
 * Messages as clients see them, in the order of the rows.
 * @param only whom alone an event is told to
 */
export async function toMessages(
  source: Source,
  viewer: Viewer,
  rows: readonly MessageRow[],
  only?: string,
): Promise<Message[]> {
  if (rows.length === 0) return [];
  const { db } = source;
  const uploadIds = rows.flatMap((row) => row.upload_id ?? []);
  const extras: Extras = {
    replies: await findReplies(db, rows, viewer?.userId ?? only),
    reactions: await findReactions(db, viewer, rows, only),
    receipts: viewer ? await findReceipts(db, viewer, rows) : noExtras.receipts,
    media: uploadIds.length > 0 ? await findCarriedMedia(source, uploadIds) : noExtras.media,
    stars: viewer ? await findStars(db, viewer, rows) : noExtras.stars,
    polls: await findPollsOf(db, viewer, rows),
    opens: await findOpensOf(db, rows),
  };
  return rows.map((row) => toMessage(row, viewer, extras));
}

export function toMessage(row: MessageRow, viewer: Viewer, extras: Extras): Message {
  const id = toMessageId(row.room_id, row.sequence);
  const isDeleted = row.deleted_at !== null;
  const isStarred = extras.stars.has(id) && !isDeleted;
  const status = viewer?.userId === row.sender_id ? statusOf(row, extras) : undefined;
  // What may be opened once has no address but the one that opening it gives.
  const showsMedia = row.upload_id !== null && !row.is_view_once;
  const media = showsMedia && row.upload_id !== null ? extras.media.get(row.upload_id) : undefined;
  const once = extras.opens.get(id);
  const createdAt = row.created_at.toISOString();
  return {
    id,
    room_id: row.room_id,
    sender_id: row.sender_id,
    sequence_number: row.sequence,
    change: row.change,
    client_message_id: row.client_message_id,
    message_type: row.message_type,
    content: row.content,
    ...(media ? { file_url: media.url, media } : {}),
    ...((showsMedia && !media) || once?.is_over ? { is_media_removed: true } : {}),
    reply_to: row.reply_to === null ? null : toMessageId(row.room_id, row.reply_to),
    reply_preview: toPreview(row, extras),
    is_edited: row.edited_at !== null && !isDeleted,
    edited_at: row.edited_at?.toISOString() ?? null,
    is_deleted: isDeleted,
    deleted_at: row.deleted_at?.toISOString() ?? null,
    reactions: extras.reactions.get(id) ?? [],
    forwarded_from: row.forwarded_from,
    forwarded_count: row.forwarded_count,
    expires_at: row.expires_at?.toISOString() ?? null,
    ...(row.is_view_once && !isDeleted ? { view_once: { opened_by: once?.user_ids ?? [] } } : {}),
    meta_data: toMetaData(row, media, extras.polls.get(id)),
    ...(status ? { status } : {}),
    is_starred: isStarred,
    ...(viewer && isStarred ? { starred_by: [viewer.userId] } : {}),
    created_at: createdAt,
    // To put a time into words costs as much as all else here; of a new message both are the same.
    updated_at: row.updated_at === row.created_at ? createdAt : row.updated_at.toISOString(),
  };
}

function toMetaData(row: MessageRow, media: MessageMedia | undefined, poll: Poll | undefined): MetaData {
  if (!media && !row.meta_data.poll) return row.meta_data as Omit<typeof row.meta_data, "poll">;
  const { poll: _, ...stored } = row.meta_data;
  return { ...stored, ...(media ? { media: toMetaMedia(media) } : {}), ...(poll ? { poll } : {}) };
}

// The customer's clients read a medium's measures here.
function toMetaMedia(media: MessageMedia): NonNullable<MetaData["media"]> {
  const { width, height, duration, thumbnail_url } = media;
  return { width, height, duration, thumbnail_url };
}

function statusOf(row: MessageRow, extras: Extras): "sent" | "delivered" | "read" | undefined {
  if (row.message_type === "system") return undefined;
  if (row.is_withheld) return "sent";
  const others = extras.receipts.get(row.room_id);
  if (others && others.read >= row.sequence) return "read";
  return others && others.delivered >= row.sequence ? "delivered" : "sent";
}

const previewCharacters = 200;

function toPreview(row: MessageRow, extras: Extras): Message["reply_preview"] {
  if (row.reply_to === null) return null;
  const id = toMessageId(row.room_id, row.reply_to);
  const reply = extras.replies.get(id);
  if (!reply) return null;
  return {
    id,
    sender_id: reply.sender_id,
    message_type: reply.message_type,
    content: [...reply.content.slice(0, previewCharacters * 2)].slice(0, previewCharacters).join(""),
    is_deleted: reply.is_deleted,
  };
}

async function findReplies(
  db: Reader,
  rows: readonly MessageRow[],
  userId: string | undefined,
): Promise<Map<string, Quoted>> {
  const places = rows.flatMap((row) =>
    row.reply_to === null ? [] : [{ roomId: row.room_id, sequence: row.reply_to }],
  );
  const found = await findRowsAt(db, places, userId);
  // Of a message that was withheld from a user, a later reply shows them nothing; of events for all, see tell-of-message.ts.
  const replies = found.filter((row) => userId === undefined || !row.is_withheld || row.sender_id === userId);
  return new Map(
    replies.map((reply) => [
      toMessageId(reply.room_id, reply.sequence),
      { ...reply, is_deleted: reply.deleted_at !== null },
    ]),
  );
}

async function findStars(db: Reader, viewer: { userId: string }, rows: readonly MessageRow[]): Promise<Set<string>> {
  const starred = await findStarred(db, viewer.userId, rows);
  return new Set(starred.map((star) => toMessageId(star.room_id, star.sequence)));
}

async function findPollsOf(db: Reader, viewer: Viewer, rows: readonly MessageRow[]): Promise<Map<string, Poll>> {
  const places = rows.flatMap(({ room_id, sequence, meta_data: { poll } }) =>
    poll ? { room_id, sequence, poll } : [],
  );
  const polls = await findPolls(db, viewer?.userId, places);
  return new Map(polls.map(({ place, poll }) => [toMessageId(place.room_id, place.sequence), poll]));
}

async function findOpensOf(db: Reader, rows: readonly MessageRow[]): Promise<Map<string, OnceState>> {
  const places = rows.flatMap(({ room_id, sequence, is_view_once, upload_id }) =>
    is_view_once && upload_id !== null ? { room_id, sequence, upload_id } : [],
  );
  const states = await findOnceStates(db, places);
  return new Map(states.map((state) => [toMessageId(state.room_id, state.sequence), state]));
}

const reactingUsersShown = 20;

/** The reactions to messages that the viewer, or everyone, may know of, by message id. */
export async function findReactions(
  db: Reader,
  viewer: Viewer,
  rows: readonly Pick<MessageRow, "room_id" | "sequence">[],
  only?: string,
): Promise<Map<string, Reaction[]>> {
  const rooms = rows.map((row) => row.room_id);
  const sequences = rows.map((row) => row.sequence);
  const { rows: found } = await sql<Reaction & { room_id: string; sequence: number }>`
    select r.room_id, r.sequence, r.emoji, count(*)::integer as count,
      (array_agg(r.user_id order by r.created_at, r.user_id))[1:${sql.lit(reactingUsersShown)}] as user_ids,
      bool_or(r.user_id = ${viewer?.userId ?? null}) is true as reacted_by_me
    from reactions r
    join unnest(${rooms}::uuid[], ${sequences}::bigint[]) as x (room_id, sequence)
      on r.room_id = x.room_id and r.sequence = x.sequence
    where not r.is_withheld or r.user_id = ${viewer?.userId ?? only ?? null}
    group by r.room_id, r.sequence, r.emoji
    order by min(r.created_at), r.emoji`.execute(db);
  const reactions = new Map<string, Reaction[]>();
  for (const { room_id, sequence, ...reaction } of found) {
    const id = toMessageId(room_id, sequence);
    reactions.set(id, [...(reactions.get(id) ?? []), reaction]);
  }
  return reactions;
}

async function findReceipts(
  db: Reader,
  viewer: { userId: string },
  rows: readonly MessageRow[],
): Promise<Map<string, { delivered: number; read: number }>> {
  const rooms = [...new Set(rows.filter((row) => row.sender_id === viewer.userId).map((row) => row.room_id))];
  if (rooms.length === 0) return new Map();
  const found = await db
    .selectFrom("members")
    .select((eb) => [
      "room_id",
      eb.fn.min("delivered_sequence").as("delivered"),
      eb.fn.min("shared_read_sequence").as("read"),
    ])
    .where(sql<boolean>`room_id = any(${rooms}::uuid[])`)
    .where("is_member", "=", true)
    .where("user_id", "<>", viewer.userId)
    .groupBy("room_id")
    .execute();
  return new Map(found.map((row) => [row.room_id, { delivered: row.delivered, read: row.read }]));
}
