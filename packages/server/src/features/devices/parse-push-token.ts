/** What a client gave as its push token, checked as far as it can be without sending to it. */
import type { PushProvider } from "@pipit/protocol/models/device";
import { z } from "zod";
import { AppError } from "../../app-error.ts";

export type PushTarget = { token: string; provider: PushProvider };

const localHosts = new Set(["localhost", "127.0.0.1", "[::1]"]);

const base64url = (bytes: number, isGood: (key: Buffer) => boolean = () => true) =>
  z.string().refine(
    (value) => {
      const key = /^[\w-]+={0,2}$/.test(value) ? Buffer.from(value, "base64url") : undefined;
      return key?.length === bytes && isGood(key);
    },
    { message: `must be ${bytes} bytes in base64url` },
  );

/** A PushSubscription's JSON (Push API §8): a point of P-256, uncompressed, and RFC 8291's authentication secret. */
const subscription = z.object({
  endpoint: z.string().max(2048).refine(isEndpoint, { message: "must be an https address" }),
  keys: z.object({ p256dh: base64url(65, (key) => key[0] === 4), auth: base64url(16) }),
});

/**
 * @param platform of the device, by which a token's provider is told if the client does not say it
 * @returns the token as it is kept: of a subscription only what is needed, always written alike
 * @throws {AppError} `invalid_request` for what is no PushSubscription but should be
 */
export function parsePushToken(token: string, provider: PushProvider | undefined, platform: string): PushTarget {
  const found = provider ?? inferProvider(token, platform);
  return { token: found === "webpush" ? parseSubscription(token) : token, provider: found };
}

function inferProvider(token: string, platform: string): PushProvider {
  if (token.trimStart().startsWith("{")) return "webpush";
  return platform.toLowerCase() === "ios" ? "apns" : "fcm";
}

function parseSubscription(token: string): string {
  const parsed = subscription.safeParse(toJson(token));
  if (parsed.success) return JSON.stringify(parsed.data);
  const message = `must be a PushSubscription as JSON: ${parsed.error.issues.map(toSentence).join("; ")}`;
  throw new AppError("invalid_request", { details: [{ path: "push_token", message }] });
}

function toSentence({ path, message }: z.core.$ZodIssue): string {
  return path.length === 0 ? message : `${path.join(".")} ${message}`;
}

function toJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // No JSON is no subscription either, which is what the client is told.
    return undefined;
  }
}

function isEndpoint(value: string): boolean {
  const url = URL.parse(value);
  if (url?.username !== "" || url.password !== "") return false;
  return url.protocol === "https:" || (url.protocol === "http:" && localHosts.has(url.hostname));
}
