/** Every query on uploads and media. */
import { type Selectable, sql } from "kysely";
import type { Reader, Writer } from "../../context.ts";
import type { Database } from "../../db/schema.ts";
import type { Inspection } from "../../media/media-processor.ts";

const columns = [
  "id",
  "tenant_id",
  "owner_id",
  "state",
  "file_key",
  "resume_handle",
  "file_name",
  "mime_type",
  "content_type",
  "kind",
  "size",
  "object_key",
  "poster_key",
  "width",
  "height",
  "orientation",
  "duration",
  "thumbhash",
  "waveform",
  "is_pending",
  "created_at",
] as const;

export type MediaRow = Pick<Selectable<Database["media"]>, (typeof columns)[number]>;

type Viewer = { tenantId: string; userId: string };

export type NewUpload = Pick<
  MediaRow,
  "id" | "tenant_id" | "owner_id" | "file_key" | "file_name" | "mime_type" | "content_type" | "kind"
> &
  Pick<MediaRow, "size" | "created_at">;

export async function insertUpload(tx: Writer, upload: NewUpload): Promise<void> {
  await tx
    .insertInto("media")
    .values({ ...upload, state: "requested" })
    .execute();
}

/** Notes how an upload in pieces is gone on with. */
export async function saveHandle(db: Reader, id: string, handle: string): Promise<void> {
  await db.updateTable("media").set({ resume_handle: handle }).where("id", "=", id).execute();
}

/** An upload or a medium, whoever asks. */
export async function findMedia(db: Reader, id: string): Promise<MediaRow | undefined> {
  return db.selectFrom("media").select(columns).where("id", "=", id).executeTakeFirst();
}

/** Those of the media that are there, whoever asks: access to the messages that carry them has been checked. */
export async function findReadyMedia(db: Reader, ids: readonly string[]): Promise<MediaRow[]> {
  if (ids.length === 0) return [];
  return db
    .selectFrom("media")
    .select(columns)
    .where(sql<boolean>`id = any(${ids}::uuid[])`)
    .where("state", "=", "ready")
    .execute();
}

/**
 * The medium, if the viewer uploaded it, may see a message that carries it for more than one look, or a user or a room of
 * theirs that has it for a picture.
 */
export async function findVisibleMedia(db: Reader, viewer: Viewer, id: string): Promise<MediaRow | undefined> {
  return db
    .selectFrom("media as f")
    .select(columns.map((column) => `f.${column}` as const))
    .where("f.id", "=", id)
    .where("f.tenant_id", "=", viewer.tenantId)
    .where("f.state", "=", "ready")
    .where(
      sql<boolean>`(f.owner_id = ${viewer.userId} or exists (
        select 1 from media_uses u
        join members m on m.room_id = u.room_id and m.user_id = ${viewer.userId}
        join rooms r on r.id = u.room_id
        where u.upload_id = f.id and not u.is_view_once and m.tenant_id = f.tenant_id and m.is_member
          and u.sequence >= m.first_visible and r.closed_at is null)
        or exists (select 1 from users p where p.avatar_upload_id = f.id and p.tenant_id = f.tenant_id)
        or exists (select 1 from rooms r join members m on m.room_id = r.id and m.user_id = ${viewer.userId}
          where r.avatar_upload_id = f.id and r.closed_at is null and m.tenant_id = f.tenant_id and m.is_member))`,
    )
    .executeTakeFirst();
}

export type Kept = { objectKey: string; posterKey: string | null; size: number; fileName: string; isPending: boolean };

/** Makes a medium of an upload. @returns undefined if it no longer is one */
export async function saveKept(
  tx: Writer,
  id: string,
  kept: Kept,
  inspection: Inspection,
  at: Date,
): Promise<MediaRow | undefined> {
  return tx
    .updateTable("media")
    .set({
      state: "ready",
      object_key: kept.objectKey,
      poster_key: kept.posterKey,
      file_name: kept.fileName,
      size: kept.size,
      mime_type: inspection.mimeType,
      kind: inspection.kind,
      width: inspection.width,
      height: inspection.height,
      orientation: inspection.orientation,
      duration: inspection.duration,
      thumbhash: inspection.thumbhash,
      waveform: inspection.waveform === null ? null : JSON.stringify(inspection.waveform),
      is_pending: kept.isPending,
      resume_handle: null,
      confirmed_at: at,
    })
    .where("id", "=", id)
    .where("state", "=", "requested")
    .returning(columns)
    .executeTakeFirst();
}

/** Takes an upload or a medium from everyone. @returns undefined if it was in none of the states */
export async function markRemoved(
  tx: Writer,
  id: string,
  from: readonly MediaRow["state"][],
): Promise<MediaRow | undefined> {
  return tx
    .updateTable("media")
    .set({ state: "removed" })
    .where("id", "=", id)
    .where("state", "in", [...from])
    .returning(columns)
    .executeTakeFirst();
}

export async function markClean(tx: Writer, id: string): Promise<void> {
  await tx.updateTable("media").set({ is_pending: false }).where("id", "=", id).execute();
}

export async function deleteMediaRow(db: Reader, id: string): Promise<void> {
  await db.deleteFrom("media").where("id", "=", id).where("state", "=", "removed").execute();
}

export type Use = { roomId: string; sequence: number };

/** Messages that carry a medium, in the order of their places after `after`. */
export async function findUses(db: Reader, id: string, after: Use | undefined, limit: number): Promise<Use[]> {
  return db
    .selectFrom("media_uses")
    .select(["room_id as roomId", "sequence"])
    .where("upload_id", "=", id)
    .where(
      after
        ? sql<boolean>`(room_id, sequence) > (${after.roomId}::uuid, ${after.sequence}::bigint)`
        : sql<boolean>`true`,
    )
    .orderBy("room_id")
    .orderBy("sequence")
    .limit(limit)
    .execute();
}

/** Locks a medium, so that of two messages with it that are deleted at once one sees that it is the last. */
export async function lockMedia(tx: Writer, id: string): Promise<void> {
  await sql`select 1 from media where id = ${id} for update`.execute(tx);
}

/** Whether a user or a room shows a medium as its picture. */
export async function isAvatar(db: Reader, id: string): Promise<boolean> {
  const { rows } = await sql<{ is_shown: boolean }>`
    select exists (select 1 from users where avatar_upload_id = ${id})
      or exists (select 1 from rooms where avatar_upload_id = ${id} and closed_at is null) as is_shown`.execute(db);
  return rows[0]?.is_shown === true;
}

/** A picture of a user's own that is there, which stays so until the transaction ends. */
export async function lockOwnImage(tx: Writer, owner: Viewer, id: string): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`
    select id from media where id = ${id} and tenant_id = ${owner.tenantId} and owner_id = ${owner.userId}
      and state = 'ready' and kind = 'image' for share`.execute(tx);
  return rows[0]?.id;
}

/** Forgets that a message carried a medium. */
export async function deleteUse(tx: Writer, id: string, use: Use): Promise<void> {
  await tx
    .deleteFrom("media_uses")
    .where("upload_id", "=", id)
    .where("room_id", "=", use.roomId)
    .where("sequence", "=", use.sequence)
    .execute();
}

/** Uploads that were asked for before a moment and never confirmed. */
export async function findStaleUploads(db: Reader, before: Date, limit: number): Promise<MediaRow[]> {
  return db
    .selectFrom("media")
    .select(columns)
    .where("state", "=", "requested")
    .where("created_at", "<", before)
    .orderBy("created_at")
    .limit(limit)
    .execute();
}

/** Removed media whose row is there still, and pending ones, of before a moment. */
export async function findUnsettled(db: Reader, before: Date, limit: number): Promise<MediaRow[]> {
  return db
    .selectFrom("media")
    .select(columns)
    .where(sql<boolean>`(state = 'removed' or is_pending)`)
    .where("created_at", "<", before)
    .orderBy("created_at")
    .limit(limit)
    .execute();
}

/** The uploads and media that ids name, by id, whoever asks. */
export async function findMediaByIds(db: Reader, ids: readonly string[]): Promise<Map<string, MediaRow>> {
  const rows = await db.selectFrom("media").select(columns).where(sql<boolean>`id = any(${ids}::uuid[])`).execute();
  return new Map(rows.map((row) => [row.id, row]));
}
