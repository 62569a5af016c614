/** The job that has a medium looked through for viruses: it is pending until found clean, and removed when it is not. */
import { AppError } from "../../app-error.ts";
import type { Services, Writer } from "../../context.ts";
import { addJob } from "../../jobs/add-job.ts";
import { touchMessage } from "../messages/touch-message-access.ts";
import { findMedia, type MediaRow, markClean } from "./media-store.ts";
import { releaseMedia } from "./release-media.ts";
import { forEachUse } from "./remove-media.ts";

const retryMs = 60_000;

/** What became of a scan: clean, the name of what was found, or nothing because scanner or store is away. */
type Verdict = { isClean: true } | { isClean: false; name: string } | { isAway: true };

export async function scanMedia(services: Services, { uploadId }: { uploadId: string }): Promise<void> {
  const row = await findMedia(services.db, uploadId);
  if (row?.state !== "ready" || !row.is_pending) return;
  const verdict = await scan(services, row);
  if ("isAway" in verdict) return scanLater(services, row);
  if (!verdict.isClean) return removeInfected(services, row, verdict.name);
  await write(services, async (tx) => {
    await markClean(tx, row.id);
    await addJob(tx, services.clock, { kind: "media.touch", payload: { uploadId: row.id }, key: row.id });
  });
  services.jobs.wake();
}

/** The job that tells rooms that a medium is no longer pending. */
export async function touchCarriers(services: Services, { uploadId }: { uploadId: string }): Promise<void> {
  const row = await findMedia(services.db, uploadId);
  if (row?.state === "ready") await forEachUse(services, row, (use) => touchMessage(services, row.tenant_id, use));
}

// By a job of its own: this one would be given up some day, and the medium stay pending for ever.
function scanLater(services: Services, row: MediaRow): Promise<void> {
  const runAt = new Date(services.clock.now().getTime() + retryMs);
  const job = { kind: "media.scan" as const, payload: { uploadId: row.id }, key: row.id, runAt };
  return write(services, (tx) => addJob(tx, services.clock, job));
}

async function removeInfected(services: Services, row: MediaRow, finding: string): Promise<void> {
  services.log.warn({ upload_id: row.id, tenant_id: row.tenant_id, finding }, "media was found infected and removed");
  await write(services, (tx) => releaseMedia(services, tx, row.id, ["ready"]));
  services.jobs.wake();
}

async function scan({ media: { store, scanner }, log }: Services, row: MediaRow): Promise<Verdict> {
  // The scanner was taken out of the settings: nothing is pending then.
  if (!scanner) return { isClean: true };
  try {
    const body = row.object_key === null ? undefined : await store.read(row.object_key);
    if (!body) throw new Error("there is nothing to scan of a medium");
    return await scanner.scan(body);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    // What can't be looked through is not handed out.
    if (error.code === "too_large") return { isClean: false, name: "more than the scanner takes" };
    log.warn({ err: error, upload_id: row.id }, "media could not be scanned; it is tried again");
    return { isAway: true };
  }
}

function write<Value>({ db }: Services, work: (tx: Writer) => Promise<Value>): Promise<Value> {
  return db.transaction().execute(work);
}
