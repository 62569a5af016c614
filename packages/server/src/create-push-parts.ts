/** Puts the parts together that notify. */
import type { PushProvider } from "@pipit/protocol/models/device";
import type { Clock } from "./clock.ts";
import type { Config } from "./config.ts";
import type { Services } from "./context.ts";
import type { PushParts } from "./features/push/push-parts.ts";
import { createPushSignals } from "./features/push/push-signals.ts";
import { createTurns } from "./features/push/take-turns.ts";
import type { Jobs } from "./jobs/jobs.ts";
import type { Log } from "./log.ts";
import { type ApnsOptions, createApnsSender } from "./ports/push/apns-sender.ts";
import { createPushSender } from "./ports/push/create-push-sender.ts";
import { createFcmSender } from "./ports/push/fcm-sender.ts";
import type { PushAdapter } from "./ports/push/push-sender.ts";
import { createPushWatch } from "./ports/push/push-watch.ts";
import { createWebPushSender, type VapidKeys } from "./ports/push/web-push-sender.ts";

/** Shorter than a person's patience with a device of theirs, and with those of others that come after it. */
const timeoutMs = 5_000;

type Surroundings = {
  config: Config;
  db: Services["db"];
  log: Log;
  clock: Clock;
  jobs: Pick<Jobs, "wake">;
  keys: VapidKeys;
  observe(provider: PushProvider, result: string): void;
};

/** Nothing is connected to until something is sent. @throws when a provider's settings are not whole, or a key is none */
export function createPushParts({ config, keys, observe, ...parts }: Surroundings): PushParts {
  return {
    sender: createPushSender(createAdapters(config, keys, parts.clock), createPushWatch({ observe, ...parts })),
    vapidPublicKey: keys.publicKey,
    withPreview: config.pushPreview,
    plainText: config.pushText,
    turns: createTurns(),
    testing: new Set(),
    signals: createPushSignals(parts),
  };
}

function createAdapters(config: Config, keys: VapidKeys, clock: Clock): Partial<Record<PushProvider, PushAdapter>> {
  const now = (): Date => clock.now();
  const subject = config.vapidSubject ?? toSubject(config.publicUrl);
  const allowLoopback = config.pushLoopback;
  const { fcmServiceAccount: account } = config;
  const apns = toApns(config);
  return {
    webpush: createWebPushSender({ keys, subject, timeoutMs, allowLoopback }),
    ...(account && {
      fcm: named("FCM_SERVICE_ACCOUNT", () => createFcmSender({ account, baseUrl: config.fcmUrl, timeoutMs, now })),
    }),
    ...(apns && { apns: named("APNS_KEY", () => createApnsSender({ ...apns, timeoutMs, now })) }),
  };
}

/** @throws with the setting's name, when its key is none */
function named<Value>(setting: string, create: () => Value): Value {
  try {
    return create();
  } catch (error) {
    throw new Error(`${setting}: the private key can't be read`, { cause: error });
  }
}

// Push services want to know whom to write to; some insist on an address that could exist.
function toSubject(publicUrl: string | undefined): string {
  return publicUrl?.startsWith("https://") ? publicUrl : "mailto:postmaster@pipit.invalid";
}

function toApns(config: Config): Omit<ApnsOptions, "timeoutMs" | "now"> | undefined {
  const { apnsKey: key, apnsKeyId: keyId, apnsTeamId: teamId, apnsTopic: topic, apnsHost: origin } = config;
  const given = [key, keyId, teamId, topic].filter((value) => value !== undefined);
  if (given.length === 0) return undefined;
  if (key === undefined || keyId === undefined || teamId === undefined || topic === undefined) {
    throw new Error("APNS_KEY, APNS_KEY_ID, APNS_TEAM_ID and APNS_TOPIC belong together: give all, or none");
  }
  return { key, keyId, teamId, topic, origin };
}
