/** The job that ends what has a time of its own: messages, media to be opened once, and pins. */
import type { Services } from "../../context.ts";
import { planJob } from "../../jobs/plan-job.ts";
import { expirePins } from "../pins/pins-access.ts";
import { endOnce } from "./end-once.ts";
import { expireMessages } from "./expire-messages.ts";

/** With the runner's own pace, what is due has ended well within a minute. */
const everyMs = 20_000;
const endsARound = 5_000;

export const expiryJobs = {
  // The next one is planned first, whatever becomes of this one.
  "messages.expire": async (services: Services): Promise<void> => {
    await planExpiry(services, everyMs);
    const now = services.clock.now();
    await attempt(services, async () => {
      const { messages, hasMore } = await expireMessages(services, now, endsARound);
      if (messages > 0) services.log.info({ messages }, "messages have disappeared");
      if (hasMore) await planExpiry(services, 0);
    });
    await attempt(services, () => endOnce(services, now, endsARound));
    await attempt(services, () => expirePins(services, now));
  },
};

// The next round tries again. Were this one put off instead, those that fail would pile up, three a minute.
async function attempt(services: Services, part: () => Promise<unknown>): Promise<void> {
  try {
    await part();
  } catch (error) {
    services.log.error({ err: error }, "not all whose time has come could be ended");
  }
}

/** Sees to it that a round is to come. */
export function planFirstExpiry(services: Services): Promise<void> {
  return planExpiry(services, everyMs);
}

function planExpiry(services: Services, afterMs: number): Promise<void> {
  return planJob(services, { kind: "messages.expire", payload: {}, key: "expire" }, afterMs);
}
