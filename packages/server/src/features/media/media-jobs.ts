/** The jobs of media, and the one that looks for left-overs every hour. */
import type { Services } from "../../context.ts";
import { addJob } from "../../jobs/add-job.ts";
import { removeMedia } from "./remove-media.ts";
import { scanMedia, touchCarriers } from "./scan-media.ts";
import { sweepMedia } from "./sweep-media.ts";

const sweepEveryMs = 3_600_000;
const firstSweepMs = 600_000;

export const mediaJobs = {
  "media.remove": removeMedia,
  "media.scan": scanMedia,
  "media.touch": touchCarriers,
  "media.sweep": async (services: Services): Promise<void> => {
    const swept = await sweepMedia(services, false);
    if (Object.values(swept).some((count) => count > 0)) services.log.info(swept, "left-overs of uploads were removed");
    await planSweep(services, sweepEveryMs);
  },
};

/** Sees to it that a sweep is to come. Of all nodes together there is one at a time. */
export function planFirstSweep(services: Services): Promise<void> {
  return planSweep(services, firstSweepMs);
}

async function planSweep({ db, clock }: Services, afterMs: number): Promise<void> {
  const runAt = new Date(clock.now().getTime() + afterMs);
  await db.transaction().execute((tx) => addJob(tx, clock, { kind: "media.sweep", payload: {}, key: "sweep", runAt }));
}
