/** Apple's Push Notification service, with a token of ours: https://developer.apple.com/documentation/usernotifications */
import { createPrivateKey } from "node:crypto";
import { SignJWT } from "jose";
import { type ApnsAnswer, createApnsConnection } from "./apns-connection.ts";
import { failedWithout, refused, toDetail } from "./push-failure.ts";
import type { PushAdapter, PushNotification, PushOutcome } from "./push-sender.ts";

export type ApnsOptions = {
  /** The .p8 file's text. */
  key: string;
  keyId: string;
  teamId: string;
  /** The app's bundle id. */
  topic: string;
  /** https://api.push.apple.com, its sandbox, or what stands in for it. */
  origin: string;
  timeoutMs: number;
  now(): Date;
};

/** Apple wants a token no more often than every 20 minutes, and none that is older than 60. */
const renewAfterMs = 40 * 60_000;

const deadReasons = new Set(["Unregistered", "ExpiredToken"]);
/** Of a token that is good, if the app's name or the host (sandbox or not) is set wrong: then each token gets them. */
const settingsReasons = new Set(["BadDeviceToken", "DeviceTokenNotForTopic"]);

/** @throws when the key is none */
export function createApnsSender(options: ApnsOptions): PushAdapter {
  const connection = createApnsConnection(options);
  const bearer = createBearer(options);
  let hasWorked = false;
  const judge = (answer: ApnsAnswer): PushOutcome => {
    if (answer.status === 200) hasWorked = true;
    return toOutcome(answer, hasWorked);
  };
  const attempt = async (token: string, notification: PushNotification) => {
    const headers = { ...toHeaders(options, notification), authorization: `bearer ${await bearer.find()}` };
    return connection.post(`/3/device/${token}`, headers, JSON.stringify(toBody(notification)));
  };
  return {
    async send(token, notification) {
      if (!/^[0-9a-fA-F]{8,400}$/.test(token)) return { result: "dead", detail: "The token is not hexadecimal." };
      try {
        const answer = await attempt(token, notification);
        if (answer.reason !== "ExpiredProviderToken") return judge(answer);
        bearer.forget();
        return judge(await attempt(token, notification));
      } catch (error) {
        return failedWithout(error);
      }
    },
    close: async () => connection.close(),
  };
}

function createBearer({ key: text, keyId, teamId, now }: ApnsOptions) {
  const key = createPrivateKey(text);
  let known: { token: Promise<string>; madeAt: number } | undefined;
  return {
    find(): Promise<string> {
      const madeAt = now().getTime();
      if (known && madeAt - known.madeAt < renewAfterMs) return known.token;
      const jwt = new SignJWT().setProtectedHeader({ alg: "ES256", kid: keyId }).setIssuer(teamId);
      known = { token: jwt.setIssuedAt(Math.floor(madeAt / 1000)).sign(key), madeAt };
      return known.token;
    },
    forget(): void {
      known = undefined;
    },
  };
}

function toHeaders({ topic, now }: ApnsOptions, { alert, tag, ttlSeconds }: PushNotification): Record<string, string> {
  return {
    "apns-topic": topic,
    "apns-push-type": alert ? "alert" : "background",
    // A background push of priority 10 is an error.
    "apns-priority": alert ? "10" : "5",
    "apns-expiration": String(Math.floor(now().getTime() / 1000) + ttlSeconds),
    "apns-collapse-id": tag,
    "content-type": "application/json",
  };
}

// A background push has no badge of its own: the app sets it from the field beside it.
function toBody({ type, tag, badge, alert, data }: PushNotification): object {
  const aps = alert
    ? { alert, badge, sound: "default", "thread-id": tag, "mutable-content": 1 }
    : { "content-available": 1 };
  return { aps, type, tag, badge, ...data };
}

/** @param hasWorked whether the settings have been good for some token: only then is one that Apple calls bad dead */
function toOutcome({ status, reason = "", body, retryAfter }: ApnsAnswer, hasWorked: boolean): PushOutcome {
  if (status === 200) return { result: "sent" };
  const detail = toDetail(status, reason || body);
  if (status === 410 || deadReasons.has(reason)) return { result: "dead", detail };
  if (reason === "BadDeviceToken" && hasWorked) return { result: "dead", detail };
  if (settingsReasons.has(reason)) return { result: "failed", isRetryable: false, isOursToMend: true, detail };
  return refused(status, reason || body, retryAfter);
}
