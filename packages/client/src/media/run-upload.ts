/** Takes a file to where it is to be: asks for a place, sends it there, has it confirmed; and again what went wrong. */
import type { Media } from "@pipit/protocol/models/media";
import type { Output } from "@pipit/protocol/operations";
import type { Send } from "./send-bytes.ts";
import { sendMultipart } from "./send-multipart.ts";
import { sendTus } from "./send-tus.ts";
import { toFailure } from "./sleep.ts";
import type { UploadSource } from "./source.ts";
import { findDetour, type Phase } from "./upload-detours.ts";
import type { UploadPace } from "./upload-pace.ts";
import type { UploadCheckpoint, UploadOptions, UploadParts, UploadSnapshot } from "./upload-task.ts";

type Resumable = Output<"media.resumeUpload">["resumable"];

/** An upload and where it stands. */
export type UploadRun = {
  readonly parts: UploadParts;
  readonly source: UploadSource;
  readonly options: UploadOptions;
  readonly pace: UploadPace;
  readonly send: Send;
  show(change: Partial<UploadSnapshot>): void;
  upload: UploadCheckpoint | undefined;
  setUpload(upload: UploadCheckpoint | undefined): void;
  /** Where what is missing goes, just after the server said it; before it is sent anywhere again, the server is asked. */
  target: Resumable | undefined;
  phase: Phase;
  /** The server has nothing to go on with: it was all put together, or is lost. */
  isOver: boolean;
  /** How often it went on in another way since more of the file was there than ever. */
  detours: number;
  most: number;
};

/** From this size on uploads are to survive interruptions. */
const resumableFrom = 4 * 1024 * 1024;
const chunkSize = 8 * 1024 * 1024;
const detoursAtOnce = 2;

/** @throws {PipitError} what can't be retried, or `aborted` */
export async function runUpload(run: UploadRun): Promise<Media> {
  for (;;) {
    await run.pace.ready();
    try {
      return await attempt(run);
    } catch (error) {
      await recover(run, error);
    }
  }
}

async function attempt(run: UploadRun): Promise<Media> {
  const upload = run.upload ?? (await requestUpload(run));
  if (!upload.isSent) await sendFile(run, upload);
  return await confirm(run, upload);
}

async function recover(run: UploadRun, error: unknown): Promise<void> {
  const failure = toFailure(error);
  // Sending ends when it is paused or aborted: `ready` knows which.
  if (run.pace.isAborted() || (failure.code === "aborted" && run.phase === "send")) return;
  if (!failure.retryable && !findDetour(run, failure.code)) throw failure;
  if (!failure.retryable && run.detours <= detoursAtOnce) return;
  run.show({ state: "waiting", error: failure });
  await run.pace.backOff(failure);
}

async function requestUpload(run: UploadRun): Promise<UploadCheckpoint> {
  const { parts, source, options } = run;
  run.phase = "request";
  run.show({ state: "waiting" });
  const { size } = source.blob;
  const ticket = await parts.call("media.requestUpload", {
    ...toClaim(source),
    messageType: source.messageType,
    resumable: size >= (options.resumableFrom ?? resumableFrom),
  });
  const { uploadId, fileKey, uploadUrl: url, headers, resumable } = ticket;
  const put = resumable ? undefined : { url, headers };
  const upload = { uploadId, fileKey, fileSize: size, put, isSent: false };
  run.target = resumable;
  run.isOver = false;
  run.setUpload(upload);
  return upload;
}

async function sendFile(run: UploadRun, upload: UploadCheckpoint): Promise<void> {
  if (upload.put) await sendWhole(run, upload.put);
  else {
    let isWhole = false;
    while (!isWhole) isWhole = await sendMissing(run, upload);
  }
  run.pace.succeed();
  run.setUpload({ ...upload, isSent: true });
}

async function sendWhole(run: UploadRun, { url, headers }: NonNullable<UploadCheckpoint["put"]>): Promise<void> {
  const { signal, onSent, onKept } = await beginSending(run);
  await run.send({ method: "PUT", url, headers, body: run.source.blob, signal, onSent });
  onKept(run.source.blob.size);
}

/** @returns whether nothing is missing any more */
async function sendMissing(run: UploadRun, upload: UploadCheckpoint): Promise<boolean> {
  const target = run.target ?? (await resumeUpload(run, upload));
  // Only the server knows what is missing by then. Its addresses may have expired too, which a page does not always see.
  run.target = undefined;
  const transfer = await beginSending(run);
  if (target.protocol === "multipart") return await sendMultipart(transfer, target);
  await sendTus(transfer, target.url, run.options.chunkSize ?? chunkSize);
  return true;
}

async function resumeUpload(run: UploadRun, { fileKey }: UploadCheckpoint): Promise<Resumable> {
  await run.pace.ready();
  run.phase = "resume";
  return (await run.parts.call("media.resumeUpload", { fileKey })).resumable;
}

async function beginSending(run: UploadRun) {
  const { parts, send, pace, source } = run;
  const signal = await pace.ready();
  run.phase = "send";
  run.show({ state: "uploading", error: undefined });
  const onSent = (sent: number): void => {
    if (!signal.aborted) run.show({ sent: Math.min(sent, source.blob.size) });
  };
  const onKept = (kept: number): void => {
    onSent(kept);
    if (kept <= run.most) return;
    run.most = kept;
    run.detours = 0;
    pace.succeed();
  };
  return { parts, blob: source.blob, send, signal, onSent, onKept };
}

async function confirm(run: UploadRun, { fileKey }: UploadCheckpoint): Promise<Media> {
  await run.pace.ready();
  run.phase = "confirm";
  run.show({ state: "confirming", sent: run.source.blob.size, error: undefined });
  const claim = { fileKey, ...toClaim(run.source) };
  const timeoutMs = toPatience(claim.fileSize);
  const { fileKey: _, ...media } = await run.parts.call("media.confirmUpload", claim, { timeoutMs });
  return media;
}

// The server looks at the file for as long as docs/operations/media.md says, and answers then; a while more for the way.
function toPatience(size: number): number {
  return 60_000 + Math.min(570_000, size / 5_000);
}

function toClaim({ blob, fileName, mimeType }: UploadSource) {
  return { fileName, fileType: mimeType ?? blob.type, fileSize: blob.size };
}
