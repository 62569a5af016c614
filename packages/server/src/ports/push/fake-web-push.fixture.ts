/** A push service and the browsers behind it: decrypts what is sent (RFC 8291) and checks who sends it (RFC 8292). */
import { createECDH, type ECDH, randomBytes, randomUUID } from "node:crypto";
import * as ece from "http_ece";
import { importJWK, jwtVerify } from "jose";
import { type Asked, endless, type FakeProvider, type Mood, type Reply, serve } from "./fake-provider.fixture.ts";

export type FakeWebPush = FakeProvider & {
  /** A browser subscribes. @returns its PushSubscription as JSON */
  subscribe(): string;
  /** Answers wait for this, if it is there. */
  hold?: Promise<void> | undefined;
  /** Comes back after it was closed. */
  open(port: number): Promise<void>;
};

type Browser = { keys: ECDH; auth: string; token: string };

/** @param publicKey what browsers subscribe with */
export async function startFakeWebPush(publicKey: () => string): Promise<FakeWebPush> {
  const browsers = new Map<string, Browser>();
  const answer = async (asked: Asked): Promise<Reply | "silence"> => {
    provider.asked += 1;
    await provider.hold;
    if (provider.mood !== "takes") return replies[provider.mood];
    try {
      provider.taken.push(await read(asked));
      return { status: 201 };
    } catch (error) {
      provider.faults.push(String(error));
      return { status: 400, body: String(error) };
    }
  };

  async function read({ url, headers, body }: Asked) {
    const browser = browsers.get(url);
    if (!browser) throw new Error(`no browser is at ${url}`);
    await verifyVapid(headers.authorization ?? "", new URL(provider.url).origin, publicKey());
    if (headers["content-encoding"] !== "aes128gcm") throw new Error("the body is not aes128gcm");
    if (!/^\d+$/.test(headers.ttl?.toString() ?? "")) throw new Error("there is no TTL");
    const topic = headers.topic?.toString();
    if (topic !== undefined && !/^[\w-]{1,32}$/.test(topic)) throw new Error(`${topic} is no topic`);
    const plain = ece.decrypt(body, { version: "aes128gcm", privateKey: browser.keys, authSecret: browser.auth });
    const { title, body: text, ...data } = JSON.parse(plain.toString("utf8"));
    const alert = text === undefined ? undefined : { ...(title === undefined ? {} : { title }), body: text };
    return { token: browser.token, data, alert, collapse: topic, headers };
  }

  let server = await serve(answer);
  const provider: FakeWebPush = {
    taken: [],
    faults: [],
    mood: "takes",
    asked: 0,
    url: server.url,
    close: () => server.close(),
    async open(port) {
      server = await serve(answer, port);
    },
    subscribe() {
      const keys = createECDH("prime256v1");
      const p256dh = keys.generateKeys("base64url");
      const [auth, path] = [randomBytes(16).toString("base64url"), `/push/${randomUUID()}`];
      const token = JSON.stringify({ endpoint: `${server.url}${path}`, expirationTime: null, keys: { p256dh, auth } });
      browsers.set(path, { keys, auth, token });
      return token;
    },
  };
  return provider;
}

const replies: Record<Exclude<Mood, "takes">, Reply | "silence"> = {
  dead: { status: 410, body: "push subscription has unsubscribed or expired" },
  busy: { status: 429, headers: { "retry-after": "120" }, body: "slow\ndown" },
  refuses: { status: 403, body: "the VAPID credentials do not correspond" },
  broken: { status: 503 },
  silent: "silence",
  endless: { status: 201, body: endless },
};

async function verifyVapid(header: string, origin: string, publicKey: string): Promise<void> {
  const match = /^vapid t=([^,]+), ?k=([\w-]+)$/.exec(header);
  if (!match?.[1] || match[2] !== publicKey) throw new Error("signed with another key than was subscribed with");
  const point = Buffer.from(publicKey, "base64url");
  const [x, y] = [point.toString("base64url", 1, 33), point.toString("base64url", 33)];
  const key = await importJWK({ kty: "EC", crv: "P-256", x, y }, "ES256");
  const { payload } = await jwtVerify(match[1], key, { audience: origin, requiredClaims: ["exp", "sub"] });
  const hours = ((payload.exp ?? 0) * 1000 - Date.now()) / 3_600_000;
  if (hours > 24) throw new Error("signed for more than a day");
  if (!/^(mailto:|https:)/.test(payload.sub ?? "")) throw new Error("names nobody to write to");
}
