/** Google's token endpoint and FCM's, which check the assertion (RFC 7523) and the bearer. */
import { generateKeyPairSync, randomUUID } from "node:crypto";
import { jwtVerify } from "jose";
import { type Asked, endless, type FakeProvider, type Mood, type Reply, serve } from "./fake-provider.fixture.ts";
import type { ServiceAccount } from "./fcm-sender.ts";

export type FakeFcm = FakeProvider & {
  account: ServiceAccount;
  /** Messages are refused with this code, if it is there. */
  code?: string | undefined;
  /** Access tokens given out so far. */
  granted: number;
  /** Access tokens are good no more from here on, whatever they said. */
  withdraw(): void;
};

const pair = generateKeyPairSync("rsa", { modulusLength: 2048 });
const keyId = "key-1";
const email = "pipit@project.iam.gserviceaccount.com";

export async function startFakeFcm(now: () => Date): Promise<FakeFcm> {
  const bearers = new Set<string>();

  async function grant({ body }: Asked): Promise<Reply> {
    await verifyAssertion(body.toString(), provider.account.token_uri, now());
    const token = randomUUID();
    bearers.add(token);
    provider.granted += 1;
    return { status: 200, body: JSON.stringify({ access_token: token, expires_in: 3_600, token_type: "Bearer" }) };
  }

  function send({ headers, body }: Asked): Reply | "silence" {
    provider.asked += 1;
    if (!bearers.has((headers.authorization ?? "").replace("Bearer ", ""))) return { status: 401, body: "{}" };
    if (provider.code !== undefined) return failure(403, provider.code);
    if (provider.mood !== "takes") return replies[provider.mood];
    const { message } = JSON.parse(body.toString());
    const values = Object.values(message.data);
    if (!values.every((value) => typeof value === "string")) throw new Error("data that is not text");
    const { data } = message;
    provider.taken.push({
      token: message.token,
      data: { ...data, badge: Number(data.badge) },
      alert: message.notification,
      collapse: message.android.collapse_key,
      headers: message,
    });
    return { status: 200, body: JSON.stringify({ name: "projects/project/messages/1" }) };
  }

  const server = await serve(async (asked) => {
    try {
      if (asked.url === "/token") return await grant(asked);
      if (asked.url === "/v1/projects/project/messages:send") return send(asked);
      throw new Error(`nothing is at ${asked.url}`);
    } catch (error) {
      provider.faults.push(String(error));
      return { status: 400, body: String(error) };
    }
  });
  const provider: FakeFcm = {
    taken: [],
    faults: [],
    mood: "takes",
    asked: 0,
    granted: 0,
    url: server.url,
    close: server.close,
    withdraw: () => bearers.clear(),
    account: {
      project_id: "project",
      client_email: email,
      private_key: pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
      private_key_id: keyId,
      token_uri: `${server.url}/token`,
    },
  };
  return provider;
}

/** @throws for what Google would refuse (RFC 7523) */
async function verifyAssertion(body: string, audience: string, now: Date): Promise<void> {
  const form = new URLSearchParams(body);
  if (form.get("grant_type") !== "urn:ietf:params:oauth:grant-type:jwt-bearer") throw new Error("another grant");
  const { payload, protectedHeader } = await jwtVerify(form.get("assertion") ?? "", pair.publicKey, {
    algorithms: ["RS256"],
    audience,
    issuer: email,
    currentDate: now,
    requiredClaims: ["exp", "iat"],
  });
  if (protectedHeader.kid !== keyId) throw new Error("another key");
  if (payload.scope !== "https://www.googleapis.com/auth/firebase.messaging") throw new Error("another scope");
  if ((payload.exp ?? 0) - (payload.iat ?? 0) > 3_600) throw new Error("asserted for more than an hour");
}

function failure(status: number, errorCode: string, headers: Record<string, string> = {}): Reply {
  const details = [{ "@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError", errorCode }];
  return { status, headers, body: JSON.stringify({ error: { code: status, message: "No.", status: "X", details } }) };
}

const replies: Record<Exclude<Mood, "takes">, Reply | "silence"> = {
  dead: failure(404, "UNREGISTERED"),
  busy: failure(429, "QUOTA_EXCEEDED", { "retry-after": "120" }),
  refuses: failure(403, "THIRD_PARTY_AUTH_ERROR"),
  broken: { status: 503, body: "<html>" },
  silent: "silence",
  endless: { status: 200, body: endless },
};
