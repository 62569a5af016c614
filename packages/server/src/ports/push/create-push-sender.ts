/** One sender of the adapters that there are. */
import { type PushProvider, pushProviders } from "@pipit/protocol/models/device";
import { createLane, type Lane } from "./create-lane.ts";
import type { PushAdapter, PushNotification, PushOutcome, PushSender, PushTarget } from "./push-sender.ts";
import type { PushWatch } from "./push-watch.ts";

/** Shorter than a page of devices may take, so that one slow host does not hold up the rooms of others. */
const longestWaitMs = 15_000;
/** Whoever registers a browser chooses its host; that of the other providers is one for all. */
const laneOf: Record<PushProvider, () => Lane> = {
  webpush: () => createLane({ most: 64, mostPerHost: 8, longestWaitMs }),
  fcm: () => createLane({ most: 32, mostPerHost: 32, longestWaitMs }),
  apns: () => createLane({ most: 32, mostPerHost: 32, longestWaitMs }),
};
/** Somebody looks at a screen meanwhile. */
const testLane = { most: 16, mostPerHost: 2, longestWaitMs: 5_000 };

const waitedTooLong: PushOutcome = {
  result: "failed",
  isRetryable: true,
  detail: "Too many notifications were on their way.",
};

export function createPushSender(
  adapters: Partial<Record<PushProvider, PushAdapter>>,
  watch: PushWatch = () => {},
): PushSender {
  const deliveries = { webpush: laneOf.webpush(), fcm: laneOf.fcm(), apns: laneOf.apns() };
  const tests = createLane(testLane);

  async function sendIf(
    isDue: () => Promise<boolean>,
    { provider, token }: PushTarget,
    notification: PushNotification,
  ) {
    const adapter = adapters[provider];
    if (!adapter) return notSetUp(provider);
    const lane = notification.type === "test" ? tests : deliveries[provider];
    const done = await lane(adapter.hostOf?.(token) ?? provider, async () => {
      return { outcome: (await isDue()) ? await adapter.send(token, notification) : undefined };
    });
    const { outcome } = done ?? { outcome: waitedTooLong };
    if (outcome) watch(provider, outcome);
    return outcome;
  }

  return {
    providers: pushProviders.filter((provider) => adapters[provider] !== undefined),
    sendIf,
    async send(target, notification) {
      const outcome = await sendIf(async () => true, target, notification);
      if (!outcome) throw new Error("what was due was not sent");
      return outcome;
    },
    async close() {
      await Promise.all(Object.values(adapters).map((adapter) => adapter.close()));
    },
  };
}

function notSetUp(provider: PushProvider): PushOutcome {
  return { result: "failed", isRetryable: false, detail: `This server is not set up for ${provider}.` };
}
