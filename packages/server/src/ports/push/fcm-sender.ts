/** Firebase Cloud Messaging, HTTP v1: https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages */
import { createPrivateKey } from "node:crypto";
import { SignJWT } from "jose";
import { z } from "zod";
import { createSingleFlight } from "../../single-flight.ts";
import { createAgent, post } from "./exchange.ts";
import { failedWithout, refused, toDetail } from "./push-failure.ts";
import type { PushAdapter, PushNotification, PushOutcome } from "./push-sender.ts";

/** The key file of a service account, as Google hands it out. */
export const serviceAccountSchema = z.object({
  project_id: z.string().regex(/^[\w.:-]{1,100}$/),
  client_email: z.string().min(1),
  private_key: z.string().min(1),
  private_key_id: z.string().optional(),
  token_uri: z.url().default("https://oauth2.googleapis.com/token"),
});

export type ServiceAccount = z.output<typeof serviceAccountSchema>;

export type FcmOptions = {
  account: ServiceAccount;
  /** Google's, or what stands in for it. */
  baseUrl: string;
  timeoutMs: number;
  now(): Date;
};

const scope = "https://www.googleapis.com/auth/firebase.messaging";
const assertionSeconds = 3_600;
/** A token is not used for the last minute that it is good for. */
const spareSeconds = 60;

type AccessToken = { value: string; until: number };

/** @throws when the account's key is none */
export function createFcmSender(options: FcmOptions): PushAdapter {
  const url = new URL(`/v1/projects/${options.account.project_id}/messages:send`, options.baseUrl);
  const agent = createAgent(url);
  const access = createAccess(options);
  const attempt = async (body: string) => {
    const bearer = await access.find();
    if ("result" in bearer) return bearer;
    const headers = { authorization: `Bearer ${bearer.value}`, "content-type": "application/json" };
    const answer = await post({ url, headers, body, timeoutMs: options.timeoutMs, agent });
    if (answer.status === 401) access.forget(bearer);
    return answer;
  };
  return {
    async send(token, notification) {
      const body = JSON.stringify({ message: { token, ...toMessage(notification) } });
      try {
        let answer = await attempt(body);
        // The token may have been withdrawn before its time: a new one is asked for, once.
        if ("status" in answer && answer.status === 401) answer = await attempt(body);
        return "status" in answer ? toOutcome(answer.status, answer.body, answer.retryAfter) : answer;
      } catch (error) {
        return failedWithout(error);
      }
    },
    async close() {
      agent.destroy();
      access.close();
    },
  };
}

/** The access token that is in force: RFC 7523, one at a time. */
function createAccess({ account, timeoutMs, now }: FcmOptions) {
  const key = createPrivateKey(account.private_key);
  const url = new URL(account.token_uri);
  const agent = createAgent(url);
  const once = createSingleFlight<AccessToken | PushOutcome>();
  let known: AccessToken | undefined;

  async function ask(): Promise<AccessToken | PushOutcome> {
    const seconds = Math.floor(now().getTime() / 1000);
    const assertion = await new SignJWT({ scope })
      .setProtectedHeader({ alg: "RS256", typ: "JWT", ...(account.private_key_id && { kid: account.private_key_id }) })
      .setIssuer(account.client_email)
      .setAudience(account.token_uri)
      .setIssuedAt(seconds)
      .setExpirationTime(seconds + assertionSeconds)
      .sign(key);
    const body = new URLSearchParams({ grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", assertion });
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const answer = await post({ url, headers, body: body.toString(), timeoutMs, agent });
    if (answer.status !== 200) {
      const refusal = refused(answer.status, `no access token: ${answer.body}`, answer.retryAfter);
      return { ...refusal, isOursToMend: true };
    }
    const given = grantSchema.parse(JSON.parse(answer.body));
    known = { value: given.access_token, until: seconds + given.expires_in - spareSeconds };
    return known;
  }

  return {
    async find() {
      if (known && known.until > now().getTime() / 1000) return known;
      return once("", ask);
    },
    forget(token: AccessToken) {
      if (known === token) known = undefined;
    },
    close: () => agent.destroy(),
  };
}

const grantSchema = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() });

// Data is all text. What is silent comes without the part that Android would show by itself, and with no haste: Google
// slows down apps that wake phones for nothing.
function toMessage({ type, tag, badge, alert, data, ttlSeconds }: PushNotification): object {
  const fields = { type, tag, badge, ...data, ...alert };
  const texts = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, String(value)]));
  const aps = alert ? { badge, sound: "default", "thread-id": tag } : { "content-available": 1 };
  return {
    data: texts,
    ...(alert && { notification: alert }),
    android: {
      collapse_key: tag,
      priority: alert ? "HIGH" : "NORMAL",
      ttl: `${ttlSeconds}s`,
      ...(alert && { notification: { tag, notification_count: badge } }),
    },
    apns: {
      headers: {
        "apns-collapse-id": tag,
        "apns-push-type": alert ? "alert" : "background",
        "apns-priority": alert ? "10" : "5",
      },
      payload: { aps },
    },
  };
}

const failureSchema = z.object({
  error: z.object({
    message: z.string().default(""),
    details: z
      .array(
        z.looseObject({
          errorCode: z.string().optional(),
          fieldViolations: z.array(z.looseObject({ field: z.string().optional() })).optional(),
        }),
      )
      .default([]),
  }),
});

function toOutcome(status: number, body: string, retryAfter: string | undefined): PushOutcome {
  if (status === 200) return { result: "sent" };
  const { message, codes, fields } = readFailure(body);
  const detail = toDetail(codes.join(" "), message);
  // SENDER_ID_MISMATCH, of a token of another project, is a fault of our settings at least as often as of the token.
  const isDead = codes.includes("UNREGISTERED") || fields.includes("message.token");
  return isDead ? { result: "dead", detail } : refused(status, detail, retryAfter);
}

// Proxies answer in their own words.
function readFailure(body: string): { message: string; codes: string[]; fields: string[] } {
  try {
    const { error } = failureSchema.parse(JSON.parse(body));
    const codes = error.details.flatMap(({ errorCode }) => errorCode ?? []);
    const fields = error.details.flatMap(({ fieldViolations = [] }) =>
      fieldViolations.flatMap(({ field }) => field ?? []),
    );
    return { message: error.message, codes, fields };
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return { message: body, codes: [], fields: [] };
    throw error;
  }
}
