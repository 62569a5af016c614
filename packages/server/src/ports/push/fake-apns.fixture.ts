/** Apple's service over HTTP/2, which checks the token that it is asked with. */
import { generateKeyPairSync } from "node:crypto";
import http2 from "node:http2";
import type { AddressInfo } from "node:net";
import { jwtVerify } from "jose";
import type { FakeProvider, Mood, Reply } from "./fake-provider.fixture.ts";

export type FakeApns = FakeProvider & {
  settings: { key: string; keyId: string; teamId: string; topic: string; origin: string };
  /** Tokens are refused for this, if it is there. */
  reason?: string | undefined;
  /** Connections and different tokens so far. */
  connections: number;
  bearers: Set<string>;
  /** Ends all connections, as Apple does now and then. */
  hangUp(): void;
};

const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
const [keyId, teamId, topic] = ["KEY1234567", "TEAM123456", "org.example.app"];

export async function startFakeApns(now: () => Date): Promise<FakeApns> {
  const sessions = new Set<http2.ServerHttp2Session>();
  const server = http2.createServer();
  server.on("session", (session) => {
    provider.connections += 1;
    sessions.add(session);
    session.on("close", () => sessions.delete(session));
  });
  server.on("stream", (stream, headers) => {
    answer(stream, headers).catch((error: unknown) => {
      provider.faults.push(String(error));
      stream.respond({ ":status": 400 });
      stream.end(JSON.stringify({ reason: String(error) }));
    });
  });

  async function answer(stream: http2.ServerHttp2Stream, headers: http2.IncomingHttpHeaders): Promise<void> {
    provider.asked += 1;
    stream.on("error", () => {});
    let body = "";
    for await (const chunk of stream.setEncoding("utf8")) body += chunk;
    const bearer = headers.authorization?.replace("bearer ", "") ?? "";
    provider.bearers.add(bearer);
    const { mood } = provider;
    if (mood === "silent") return;
    const isFresh = await verify(bearer, now());
    const reply = isFresh ? take(provider, mood, headers, body) : replyWith(403, "ExpiredProviderToken");
    stream.respond({ ":status": reply.status, ...reply.headers });
    if (provider.mood !== "endless") stream.end(reply.body);
    else pour(stream);
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const hangUp = (): void => {
    for (const session of sessions) session.destroy();
  };
  const provider: FakeApns = {
    taken: [],
    faults: [],
    mood: "takes",
    asked: 0,
    connections: 0,
    bearers: new Set(),
    url,
    hangUp,
    async close() {
      hangUp();
      await new Promise((resolve) => server.close(resolve));
    },
    settings: {
      key: pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
      keyId,
      teamId,
      topic,
      origin: url,
    },
  };
  return provider;
}

/** Takes a request whose token is good, as the mood is. @throws for one that Apple would refuse */
function take(
  provider: FakeApns,
  mood: Exclude<Mood, "silent">,
  headers: http2.IncomingHttpHeaders,
  body: string,
): Reply {
  if (provider.reason !== undefined) return replyWith(400, provider.reason);
  if (mood !== "takes" && mood !== "endless") return replies[mood];
  const token = /^\/3\/device\/([0-9a-f]+)$/.exec(headers[":path"] ?? "")?.[1];
  if (token === undefined) throw new Error("BadPath");
  if (headers["apns-topic"] !== topic) throw new Error("BadTopic");
  const { aps, ...data } = JSON.parse(body);
  const isSilent = headers["apns-push-type"] === "background";
  if (isSilent && (headers["apns-priority"] !== "5" || aps["content-available"] !== 1 || aps.alert)) {
    throw new Error("BadPriority");
  }
  const collapse = headers["apns-collapse-id"]?.toString();
  provider.taken.push({ token, data, alert: aps.alert, collapse, headers: { ...headers, aps } });
  return { status: 200 };
}

/** @returns false for one that is older than an hour. @throws for one that was never good */
async function verify(bearer: string, now: Date): Promise<boolean> {
  const options = { algorithms: ["ES256"], issuer: teamId, requiredClaims: ["iat"], currentDate: now };
  const { payload, protectedHeader } = await jwtVerify(bearer, pair.publicKey, options);
  if (protectedHeader.kid !== keyId) throw new Error("InvalidProviderToken");
  return now.getTime() / 1000 - (payload.iat ?? 0) <= 3_600;
}

function pour(stream: http2.ServerHttp2Stream): void {
  const more = (): void => {
    while (!stream.destroyed && stream.write("x".repeat(10_000)));
  };
  stream.on("drain", more);
  more();
}

function replyWith(status: number, reason: string, headers: Record<string, string> = {}): Reply {
  return { status, headers, body: JSON.stringify({ reason }) };
}

const replies: Record<Exclude<Mood, "takes" | "silent" | "endless">, Reply> = {
  dead: replyWith(410, "Unregistered"),
  busy: replyWith(429, "TooManyRequests", { "retry-after": "120" }),
  refuses: replyWith(403, "InvalidProviderToken"),
  broken: replyWith(503, "ServiceUnavailable"),
};
