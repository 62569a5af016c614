/** The jobs of media, and the one that looks for left-overs every hour. */
import type { Services } from "../../context.ts";
import { planJob } from "../../jobs/plan-job.ts";
import { removeMedia } from "./remove-media.ts";
import { scanMedia, touchCarriers } from "./scan-media.ts";
import { sweepMedia } from "./sweep-media.ts";

const sweepEveryMs = 3_600_000;
const firstSweepMs = 600_000;
const roundsADay = 24;

export const mediaJobs = {
  "media.remove": removeMedia,
  "media.scan": scanMedia,
  "media.touch": touchCarriers,
  // The next one is planned first, whatever becomes of this one.
  "media.sweep": async (services: Services, { round = 0 }: { round?: number | undefined }): Promise<void> => {
    await planSweep(services, sweepEveryMs, (round + 1) % roundsADay);
    const swept = await sweepMedia(services, { isDryRun: false, withKept: round === 0 });
    if (Object.values(swept).some((count) => count > 0)) services.log.info(swept, "left-overs of uploads were removed");
  },
};

/** Sees to it that a sweep is to come. */
export function planFirstSweep(services: Services): Promise<void> {
  return planSweep(services, firstSweepMs, 0);
}

function planSweep(services: Services, afterMs: number, round: number): Promise<void> {
  return planJob(services, { kind: "media.sweep", payload: { round }, key: "sweep" }, afterMs);
}
