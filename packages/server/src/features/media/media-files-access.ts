/** The bytes of media, for the door that serves them. */
import { join } from "node:path";
import { AppError } from "../../app-error.ts";
import type { Services } from "../../context.ts";
import type { Variant } from "../../media/media-processor.ts";
import type { StoredObject } from "../../ports/media-store/media-store.ts";
import { mayStillSee } from "../expiry/opens-access.ts";
import { accessMediaAs } from "./get-media.ts";
import { toFolder, toVariantKey } from "./media-keys.ts";
import type { LinkViewer } from "./media-links.ts";
import { withFolder } from "./media-parts.ts";
import { findReadyMedia, type MediaRow } from "./media-store.ts";

export { ownerKey } from "./store-owner.ts";
export { requireOpenUpload, uploadSeconds } from "./upload-access.ts";
export { parseVariant } from "./variants.ts";

/** An object to be served, and what it is. */
export type MediaFile = { key: string; object: StoredObject; contentType: string; fileName: string; isInline: boolean };

export type MediaViewer = LinkViewer | undefined;

/**
 * The medium, if the viewer may see it. No viewer in particular is whoever fetches it with an address that we signed.
 * @throws {AppError} `not_found`; `unavailable` while the virus scanner has not found it clean
 */
export async function accessMediaFile(services: Services, viewer: MediaViewer, id: string): Promise<MediaRow> {
  const row = await findRow(services, viewer, id);
  if (!row) throw new AppError("not_found", { message: "There is no such medium." });
  if (!row.is_pending) return row;
  throw new AppError("unavailable", { message: "It is being looked through for viruses.", retryAfterSeconds: 2 });
}

async function findRow(services: Services, viewer: MediaViewer, id: string): Promise<MediaRow | undefined> {
  if (viewer && !viewer.opened) return accessMediaAs(services, viewer, id);
  const isTheirs = !viewer?.opened || (await mayStillSee(services, viewer, { uploadId: id, ...viewer.opened }));
  return isTheirs ? (await findReadyMedia(services.db, [id]))[0] : undefined;
}

/** What was uploaded, as others get it. */
export function openOriginal(services: Services, row: MediaRow): Promise<MediaFile> {
  const isInline = row.kind !== "file";
  return open(services, row.object_key, { contentType: row.mime_type, fileName: row.file_name, isInline });
}

/** A variant of a picture, or of a video's poster; made when it is first asked for. @throws {AppError} `not_found` */
export async function openVariant(services: Services, row: MediaRow, variant: Variant): Promise<MediaFile> {
  const source = row.kind === "image" && row.thumbhash !== null ? row.object_key : row.poster_key;
  if (source === null) throw new AppError("not_found", { message: "There is no picture of this." });
  const { media } = services;
  const key = toVariantKey(toFolder(row.tenant_id, row.id), variant);
  const fileName = `${row.file_name}.${variant.format === "jpeg" ? "jpg" : variant.format}`;
  const file = { contentType: `image/${variant.format}`, fileName, isInline: true };
  const object = await media.store.stat(key);
  if (object) return { key, object, ...file };
  await media.transforming(key, () => makeVariant(services, source, key, variant));
  return open(services, key, file);
}

async function makeVariant({ media }: Services, source: string, key: string, variant: Variant): Promise<void> {
  await withFolder(media.tempDir, async (folder) => {
    const target = join(folder, "variant");
    const made = await media.store.withLocalFile(source, async (path) => {
      await media.processor.transform(path, target, variant);
      await media.store.writeFile(key, target, `image/${variant.format}`);
      return true;
    });
    if (!made) throw new AppError("not_found", { message: "There is no such medium." });
  });
}

async function open(
  { media: { store } }: Services,
  key: string | null,
  file: Pick<MediaFile, "contentType" | "fileName" | "isInline">,
): Promise<MediaFile> {
  const object = key === null ? undefined : await store.stat(key);
  if (key === null || !object) throw new AppError("not_found", { message: "There is no such file." });
  return { key, object, ...file };
}
