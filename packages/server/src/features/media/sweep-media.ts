/** Clears away what nobody will ask for: uploads that were never confirmed, and objects that belong to nothing. */
import type { Services } from "../../context.ts";
import type { ListedObject } from "../../ports/media-store/media-store.ts";
import { fromFileKey, fromKeptKey, incomingPrefix, keptPrefix } from "./media-keys.ts";
import { findKnownIds, findStaleUploads } from "./media-store.ts";
import { releaseMedia } from "./release-media.ts";

/** What was found, and removed unless it was only looked. */
export type Swept = { staleUploads: number; orphanedObjects: number; orphanedBytes: number; unfinished: number };

type SweepServices = Pick<Services, "db" | "clock"> & { media: Pick<Services["media"], "store"> };

const unconfirmedHours = 24;
const atOnce = 200;

/** @param isDryRun only look; unfinished uploads in pieces are then not counted */
export async function sweepMedia(services: SweepServices, isDryRun: boolean): Promise<Swept> {
  const before = new Date(services.clock.now().getTime() - unconfirmedHours * 3_600_000);
  const staleUploads = await sweepUploads(services, before, isDryRun);
  const incoming = await sweepObjects(services, incomingPrefix, fromFileKey, before, isDryRun);
  const kept = await sweepObjects(services, keptPrefix, fromKeptKey, before, isDryRun);
  return {
    staleUploads,
    orphanedObjects: incoming.objects + kept.objects,
    orphanedBytes: incoming.bytes + kept.bytes,
    unfinished: isDryRun ? 0 : await services.media.store.removeUnfinished(before),
  };
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

type Orphans = { objects: number; bytes: number };

// What is younger may be of an upload that is being confirmed at this moment.
async function sweepObjects(
  services: SweepServices,
  prefix: string,
  toId: (key: string) => string | undefined,
  before: Date,
  isDryRun: boolean,
): Promise<Orphans> {
  const orphans: Orphans = { objects: 0, bytes: 0 };
  let batch: ListedObject[] = [];
  const flush = async (): Promise<void> => {
    const known = await findKnownIds(
      services.db,
      batch.flatMap((object) => toId(object.key) ?? []),
    );
    for (const object of batch.filter(({ key }) => !known.has(toId(key) ?? ""))) {
      orphans.objects += 1;
      orphans.bytes += object.size;
      if (!isDryRun) await services.media.store.remove(object.key);
    }
    batch = [];
  };
  for await (const object of services.media.store.list(prefix)) {
    if (object.modifiedAt < before) batch.push(object);
    if (batch.length >= atOnce) await flush();
  }
  await flush();
  return orphans;
}
