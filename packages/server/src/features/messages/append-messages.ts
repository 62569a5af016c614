/** The append: sends from all rooms that wait together commit together, in one round trip (docs/spec.md G1-G3, G8). */
import type pg from "pg";
import { createRoomBatches, type RoomBatches } from "../../db/room-batches.ts";
import type { StoredMetaData } from "../../db/schema.ts";
import type { CarriedMedia } from "../media/media-access.ts";
import type { Place } from "./message-id.ts";
import type { MessageRow, Quoted } from "./messages-store.ts";

/** A message to append, already validated. `roomId` is a UUID. */
export type Draft = {
  roomId: string;
  tenantId: string;
  senderId: string;
  clientMessageId: string | undefined;
  /** A digest of the body, by which a retry is told from another message with the same client_message_id. */
  fingerprint: string | undefined;
  messageType: MessageRow["message_type"];
  content: string;
  replyTo: number | undefined;
  mentions: readonly string[] | undefined;
  /** Whether everyone is to be mentioned, which only an admin's message does. */
  mentionsAll?: boolean;
  /** The medium that goes along: it must be the sender's own or forwarded, and ready, when the batch commits. */
  uploadId: string | undefined;
  /** What else is stored of it, besides mentions. */
  meta?: StoredMetaData | undefined;
  /** The message that is forwarded: its sender must still be able to see it, undeleted, when the batch commits. */
  source?: Place;
  isViewOnce?: boolean;
  /** The device that sends: the receipt log notes which device read up to here. */
  deviceId: string | undefined;
};

export type Refusal =
  | "not_found"
  | "forbidden"
  | "request"
  | "blocking"
  | "slow"
  | "reply_not_found"
  | "source_not_found"
  | "media_not_found"
  | "busy";

/**
 * What became of a draft: `known` is the sequence of the first message with its client_message_id, and
 * `known_fingerprint` the digest of that one's body; else it has a place of its own, `sequence` and `change`; `refusal`
 * says why it has neither: `slow` until `retry_at`. `reply` is the message that it replies to, `media` what it carries;
 * `sender_name` is there if it was to mention members. One that is withheld is for its sender alone.
 */
export type Appended = {
  i: number;
  refusal: Refusal | null;
  known: number | null;
  known_fingerprint: string | null;
  sequence: number | null;
  change: number | null;
  created_at: Date;
  mentioned: string[] | null;
  calls_all: boolean;
  sender_name: string | null;
  reply: Quoted | null;
  media: CarriedMedia | null;
  expires_at: Date | null;
  is_withheld: boolean;
  retry_at: Date | null;
};

export type Appender = RoomBatches<Draft, Appended>;

/** Told of each batch: its rows, how many of them became messages, and how long the round trip took. */
export type BatchObserver = (batch: { rows: number; appended: number; seconds: number }) => void;

const columns = [
  "i",
  "refusal",
  "known",
  "known_fingerprint",
  "sequence",
  "change",
  "created_at",
  "mentioned",
  "calls_all",
  "sender_name",
  "reply",
  "media",
  "expires_at",
  "is_withheld",
  "retry_at",
];

export function createAppender(pool: pg.Pool, clock: { now(): Date }, observe: BatchObserver): Appender {
  return createRoomBatches<Draft, Appended>({
    pool,
    clock,
    functionName: "append_batch",
    columns,
    toRecord,
    keyOf: (draft) =>
      draft.clientMessageId === undefined ? undefined : `${draft.roomId}/${draft.senderId}/${draft.clientMessageId}`,
    observe: ({ outcomes, seconds }) => {
      const appended = outcomes.filter((outcome) => "sequence" in outcome && outcome.sequence !== null).length;
      observe({ rows: outcomes.length, appended, seconds });
    },
  });
}

// The names are those of the record type in append_batch.
function toRecord(draft: Draft, i: number): object {
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
    everyone: draft.mentionsAll,
    upload: draft.uploadId,
    device: draft.deviceId,
    meta: draft.meta,
    from_room: draft.source?.roomId,
    from_sequence: draft.source?.sequence,
    once: draft.isViewOnce,
  };
}
