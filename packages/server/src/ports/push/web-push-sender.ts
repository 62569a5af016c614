/** Web Push: RFC 8030, encrypted for the browser (RFC 8291), signed with the server's own key (VAPID, RFC 8292). */
import { ECDH, hash } from "node:crypto";
import webPush from "web-push";
import { z } from "zod";
import { createAgent, post } from "./exchange.ts";
import { type AddressGuard, createAddressGuard, ForbiddenAddress } from "./guard-address.ts";
import { failedTersely, refused, toDetail } from "./push-failure.ts";
import type { PushAdapter, PushNotification, PushOutcome } from "./push-sender.ts";

export type VapidKeys = { publicKey: string; privateKey: string };

export type WebPushOptions = {
  keys: VapidKeys;
  /** Who may be written to about the pushes: a mailto: or https: address. */
  subject: string;
  timeoutMs: number;
  allowLoopback: boolean;
};

const key = (bytes: number) =>
  z.string().refine((text) => /^[\w+/-]+=*$/.test(text) && Buffer.from(text, "base64url").length === bytes);

function isOnCurve(text: string): boolean {
  try {
    return ECDH.convertKey(text, "prime256v1", "base64url").length > 0;
  } catch {
    // There is no other way to ask.
    return false;
  }
}

/** A browser's PushSubscription, as `JSON.stringify` writes it. */
const subscriptionSchema = z.object({
  endpoint: z.url().max(2_048),
  keys: z.object({ p256dh: key(65).refine(isOnCurve), auth: key(16) }),
});

type Subscription = z.output<typeof subscriptionSchema>;

export function createWebPushSender(options: WebPushOptions): PushAdapter {
  const guard = createAddressGuard(options);
  const agents = { "https:": createAgent(new URL("https://x")), "http:": createAgent(new URL("http://x")) };
  return {
    async send(token, notification) {
      const target = readTarget(token, guard);
      if (target instanceof Error) return { result: "dead", detail: toDetail(target.message) };
      const { url, subscription } = target;
      try {
        const request = toRequest(options, subscription, notification);
        const agent = agents[url.protocol === "http:" ? "http:" : "https:"];
        const answer = await post({ url, ...request, timeoutMs: options.timeoutMs, agent, lookup: guard.lookup });
        return toOutcome(answer.status, answer.retryAfter);
      } catch (error) {
        if (!(error instanceof ForbiddenAddress)) return failedTersely(error);
        return { result: "failed", isRetryable: false, detail: toDetail(error.message) };
      }
    },
    hostOf(token) {
      const target = readTarget(token, guard);
      // What can't be sent is refused at once.
      return target instanceof Error ? "" : target.url.hostname;
    },
    async close() {
      for (const agent of Object.values(agents)) agent.destroy();
    },
  };
}

/** @returns an error for what can't be a subscription, however often one tries */
function readTarget(token: string, guard: AddressGuard): { url: URL; subscription: Subscription } | Error {
  try {
    const subscription = subscriptionSchema.safeParse(JSON.parse(token));
    if (!subscription.success) return new Error("The token is no PushSubscription.");
    const url = new URL(subscription.data.endpoint);
    guard.check(url);
    return { url, subscription: subscription.data };
  } catch (error) {
    if (error instanceof ForbiddenAddress) return error;
    if (error instanceof SyntaxError) return new Error("The token is not JSON.");
    throw error;
  }
}

function toRequest({ keys, subject }: WebPushOptions, subscription: Subscription, notification: PushNotification) {
  const { type, tag, badge, alert, data, ttlSeconds } = notification;
  const payload = JSON.stringify({ type, tag, badge, ...data, ...alert });
  const { headers, body } = webPush.generateRequestDetails(subscription, payload, {
    vapidDetails: { subject, ...keys },
    TTL: ttlSeconds,
    urgency: alert === undefined ? "normal" : "high",
    topic: toTopic(tag),
    contentEncoding: "aes128gcm",
  });
  const texts = Object.entries(headers).map(([name, value]) => [name, String(value)]);
  return { headers: Object.fromEntries(texts), body };
}

/** RFC 8030 5.4: at most 32 characters of base64url. The id of a room is that many without its dashes. */
function toTopic(tag: string): string {
  const plain = tag.replaceAll("-", "");
  return /^\w{1,32}$/.test(plain) ? plain : hash("sha256", tag, "base64url").slice(0, 32);
}

// RFC 8030 7.3: a subscription that has ended is 404 or 410.
function toOutcome(status: number, retryAfter: string | undefined): PushOutcome {
  if (status >= 200 && status < 300) return { result: "sent" };
  const phrase = toPhrase(status);
  if (status === 404 || status === 410) return { result: "dead", detail: toDetail(status, phrase) };
  return refused(status, phrase, retryAfter);
}

const phrases: Record<number, string> = {
  401: "the push service does not accept this server's key",
  403: "the push service does not accept this server's key",
  404: "the subscription has ended",
  410: "the subscription has ended",
  413: "the push service finds it too large",
  429: "the push service wants less for now",
};

// Never what the answer says: who registers an address may choose what is there, and would read it in `last_push`.
function toPhrase(status: number): string {
  return phrases[status] ?? (status >= 500 ? "the push service failed" : "the push service refused it");
}
