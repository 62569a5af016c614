/** The job that ends messages which are older than the operator keeps them. */
import type { Services } from "../../context.ts";
import { planJob } from "../../jobs/plan-job.ts";
import { countForwards } from "./count-forwards.ts";
import type { Place } from "./message-id.ts";
import { retainMessages } from "./retain-messages.ts";

const everyMs = 3_600_000;
const firstMs = 60_000;
const messagesARound = 5_000;
const dayMs = 86_400_000;

export const messageJobs = {
  // The next one is planned first, whatever becomes of this one.
  "messages.retain": async (services: Services): Promise<void> => {
    const { retentionDays } = services.config;
    if (retentionDays === undefined) return;
    await planRetention(services, everyMs);
    const olderThan = new Date(services.clock.now().getTime() - retentionDays * dayMs);
    const { messages, hasMore } = await retainMessages(services, { olderThan, limit: messagesARound });
    if (messages > 0) services.log.info({ messages }, "messages that were too old to keep were removed");
    if (hasMore) await planRetention(services, 0);
  },
  "messages.forwarded": (services: Services, place: Place): Promise<void> => countForwards(services, place),
};

/** Sees to it that a round is to come, if messages are kept for a time only. */
export async function planFirstRetention(services: Services): Promise<void> {
  if (services.config.retentionDays !== undefined) await planRetention(services, firstMs);
}

function planRetention(services: Services, afterMs: number): Promise<void> {
  return planJob(services, { kind: "messages.retain", payload: {}, key: "retain" }, afterMs);
}
