/** Promises a client that it may upload one file, and counts the bytes as taken. */
import { findMediaType, type MediaKind, toMediaType } from "@pipit/protocol/media-types";
import type { Input, Output } from "@pipit/protocol/operations";
import { uuidv7 } from "uuidv7";
import { AppError } from "../../app-error.ts";
import type { Context, Handler } from "../../context.ts";
import { transact } from "../../db/transact.ts";
import { toFileName } from "./file-name.ts";
import { toFileKey } from "./media-keys.ts";
import { insertUpload, type NewUpload, saveHandle } from "./media-store.ts";
import { requireFits } from "./message-type-access.ts";
import { toPromise, uploadSeconds } from "./upload-access.ts";
import { addUsage } from "./usage-store.ts";

export const requestUpload: Handler<"media.requestUpload"> = async (ctx, input) => {
  const upload = toUpload(ctx, input);
  const promise = toPromise(ctx, upload);
  const { store } = ctx.media;
  await transact(ctx, async (tx) => {
    await insertUpload(tx, upload);
    requireRoom(ctx, await addUsage(tx, ctx.actor, upload.size));
  });
  const handle = input.resumable === true ? await store.resumable.start(upload.file_key, promise) : null;
  if (handle !== null) await saveHandle(ctx.db, upload.id, handle);
  const resumable = handle === null ? undefined : await store.resumable.resume(upload.file_key, handle, promise);
  return toTicket(ctx, upload, await store.presignUpload(upload.file_key, promise), resumable);
};

type Ticket = Output<"media.requestUpload">;

function toTicket(
  ctx: Context,
  upload: NewUpload,
  target: Pick<Ticket, "method" | "headers"> & { url: string },
  resumable: Ticket["resumable"],
): Ticket {
  return {
    uploadId: upload.id,
    uploadUrl: target.url,
    method: target.method,
    headers: target.headers,
    fileKey: upload.file_key,
    expiresIn: uploadSeconds,
    maxFileSize: ctx.config.maxUploadBytes,
    ...(resumable ? { resumable } : {}),
  };
}

function toUpload(ctx: Context, input: Input<"media.requestUpload">): NewUpload {
  const { name, kind } = requireAccepted(ctx, input);
  const limit = ctx.config.maxUploadBytes;
  if (input.fileSize > limit) throw new AppError("too_large", { message: `A file may have ${limit} bytes at most.` });
  requireFits(input.messageType, kind);
  const id = uuidv7();
  return {
    id,
    tenant_id: ctx.actor.tenantId,
    owner_id: ctx.actor.userId,
    file_key: toFileKey(ctx.actor, id),
    file_name: toFileName(input.fileName, name),
    mime_type: name,
    content_type: input.fileType,
    kind,
    size: input.fileSize,
    created_at: ctx.clock.now(),
  };
}

// What a header can hold: a store signs the type letter for letter.
const writable = /^[\w.+-]+\/[\w.+-]+( *; *[\w.+-]+=("?)[\w.+, -]*\2)*$/;

function requireAccepted(
  ctx: Context,
  { fileType, fileName }: Input<"media.requestUpload">,
): { name: string; kind: MediaKind } {
  const name = writable.test(fileType) ? toRealType(toMediaType(fileType), fileName) : undefined;
  const type = name === undefined ? undefined : findMediaType(name);
  const isAccepted = ctx.config.mediaTypes.some((accepted) => toMediaType(accepted) === name);
  if (name === undefined || type === undefined || !isAccepted) {
    throw new AppError("unsupported_type", { message: "Files of this type are not accepted." });
  }
  return { name, kind: type.kind };
}

// Windows says of CSV files that they are Excel's, where Excel is installed.
function toRealType(name: string | undefined, fileName: string): string | undefined {
  return name === "application/vnd.ms-excel" && /\.csv$/i.test(fileName) ? "text/csv" : name;
}

function requireRoom({ config }: Context, usage: { user: number; tenant: number }): void {
  const isFull = (bytes: number, quota: number | null): boolean => quota !== null && bytes > quota;
  if (isFull(usage.user, config.quotaUserBytes)) {
    throw new AppError("storage_full", { message: "Your media takes all the space that you may use." });
  }
  if (isFull(usage.tenant, config.quotaTenantBytes)) {
    throw new AppError("storage_full", { message: "There is no space left for media." });
  }
}
