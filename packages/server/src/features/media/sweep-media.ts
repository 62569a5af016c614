/** Clears away what nobody will ask for: uploads that were never confirmed, and objects that belong to nothing. */
import type { Services } from "../../context.ts";
import { addJob } from "../../jobs/add-job.ts";
import type { ListedObject } from "../../ports/media-store/media-store.ts";
import { fromFileKey, fromKeptKey, incomingPrefix, isVariantKey, keptPrefix } from "./media-keys.ts";
import { removeOldFolders } from "./media-parts.ts";
import { findMediaByIds, findStaleUploads, findUnsettled, type MediaRow } from "./media-store.ts";
import { releaseMedia } from "./release-media.ts";
import { claimStore, findOwner, type OwnedServices } from "./store-owner.ts";

/** What was found, and removed unless it was only looked. */
export type Swept = { staleUploads: number; orphanedObjects: number; orphanedBytes: number; unfinished: number };

type SweepServices = OwnedServices & Pick<Services, "clock" | "log">;

type SweepOptions = {
  /** Only look; unfinished uploads in pieces are then not counted. */
  isDryRun: boolean;
  /** Also look through what is kept, which may be much. */
  withKept: boolean;
};

const hourMs = 3_600_000;
const unconfirmedHours = 24;
const atOnce = 200;

export async function sweepMedia(services: SweepServices, { isDryRun, withKept }: SweepOptions): Promise<Swept> {
  const before = new Date(services.clock.now().getTime() - unconfirmedHours * hourMs);
  const swept: Swept = { staleUploads: 0, orphanedObjects: 0, orphanedBytes: 0, unfinished: 0 };
  swept.staleUploads = await sweepUploads(services, before, isDryRun);
  if (!isDryRun) await settleOld(services, before);
  if (!(await maySweep(services, isDryRun))) return swept;
  for (const area of withKept ? [incoming, kept] : [incoming]) {
    await sweepArea(services, area, before, isDryRun, swept);
    if (!isDryRun) swept.unfinished += await services.media.store.removeUnfinished(area.prefix, before);
  }
  if (!isDryRun) await removeOldFolders(services.media.tempDir, before);
  return swept;
}

// A store that nobody owned is swept the next time, when no other server has said in between that it is its own.
async function maySweep(services: SweepServices, isDryRun: boolean): Promise<boolean> {
  const owner = await findOwner(services);
  if (owner === "other") {
    services.log.error({}, "the media store belongs to another database: nothing in it is removed");
  }
  if (owner === "nobody" && !isDryRun) await claimStore(services);
  return owner === "this" || (owner === "nobody" && isDryRun);
}

async function sweepUploads(services: SweepServices, before: Date, isDryRun: boolean): Promise<number> {
  let found = 0;
  for (;;) {
    const stale = await findStaleUploads(services.db, before, isDryRun ? maxCounted : atOnce);
    found += stale.length;
    if (isDryRun) return found;
    for (const upload of stale) {
      await services.db.transaction().execute((tx) => releaseMedia(services, tx, upload.id, ["requested"]));
    }
    if (stale.length < atOnce) return found;
  }
}

// Of those that are only counted there may be more.
const maxCounted = 10_000;

// Jobs are given up when they fail for hours, and what they were to do must not be left undone for that.
async function settleOld({ db, clock }: SweepServices, before: Date): Promise<void> {
  for (const { id, state } of await findUnsettled(db, before, maxCounted)) {
    const kind = state === "removed" ? "media.remove" : "media.scan";
    await db.transaction().execute((tx) => addJob(tx, clock, { kind, payload: { uploadId: id }, key: id }));
  }
}

/** A part of the store: which medium a key of it names, and whether the medium still needs the object. */
type Area = {
  prefix: string;
  toId(key: string): string | undefined;
  isNeeded(row: MediaRow, key: string): boolean;
};

// What a removed medium had, its own job removes.
const incoming: Area = {
  prefix: incomingPrefix,
  toId: fromFileKey,
  isNeeded: (row) => row.state !== "ready",
};

const kept: Area = {
  prefix: keptPrefix,
  toId: fromKeptKey,
  isNeeded(row, key) {
    if (row.state !== "ready") return row.state === "removed";
    return key === row.object_key || key === row.poster_key || isVariantKey(key);
  },
};

// What is younger may be of an upload that is being confirmed at this moment. What has no key of ours is not ours.
async function sweepArea(
  services: SweepServices,
  area: Area,
  before: Date,
  isDryRun: boolean,
  swept: Swept,
): Promise<void> {
  let batch: (ListedObject & { id: string })[] = [];
  const flush = async (): Promise<void> => {
    const rows = await findMediaByIds(services.db, [...new Set(batch.map(({ id }) => id))]);
    for (const { id, key, size } of batch) {
      const row = rows.get(id);
      if (row && area.isNeeded(row, key)) continue;
      swept.orphanedObjects += 1;
      swept.orphanedBytes += size;
      if (!isDryRun) await services.media.store.remove(key);
    }
    batch = [];
  };
  for await (const object of services.media.store.list(area.prefix)) {
    const id = area.toId(object.key);
    if (id !== undefined && object.modifiedAt < before) batch.push({ ...object, id });
    if (batch.length >= atOnce) await flush();
  }
  await flush();
}
