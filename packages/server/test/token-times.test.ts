/** Tokens as time goes by: keys that change or can't be fetched, tokens that expire while they are in use. */
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { forge, hmac, signWith } from "./setup/forge-token.ts";
import { type JwksServer, startJwksServer } from "./setup/jwks-server.ts";
import { startTestServer, type TestServer, testSecret } from "./setup/test-server.ts";
import { showAtRest, showAtSocket } from "./setup/token-doors.ts";
import { createWatchedLog } from "./setup/watched-log.ts";

const first = generateKeyPairSync("ec", { namedCurve: "P-256" });
const second = generateKeyPairSync("ec", { namedCurve: "P-256" });

const toJwk = (key: KeyObject, kid: string) => ({ ...key.export({ format: "jwk" }), kid });
const now = () => Math.floor(Date.now() / 1000);
const lifetime = 3_600;
let count = 0;

function token(key: KeyObject, kid: string): string {
  count += 1;
  // Each is another token: known ones are remembered.
  return forge({ alg: "ES256", kid }, { sub: "ada", exp: now() + lifetime, jti: String(count) }, signWith(key));
}

let jwks: JwksServer;
let server: TestServer;
const log = createWatchedLog();

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
  jwks = await startJwksServer();
  server = await startTestServer({ log, jwksUrl: jwks.url });
});
afterEach(async () => {
  await server.close();
  jwks.close();
  vi.useRealTimers();
  expect(log.faults()).toEqual([]);
});

function pass(seconds: number): void {
  vi.setSystemTime(Date.now() + seconds * 1000);
}

async function verdicts(make: () => string): Promise<string[]> {
  return [(await showAtRest(server.url, make())).code, (await showAtSocket(server.url, make())).code];
}

describe("keys of the host", () => {
  it("a new kid is fetched, and the old key goes with it", async () => {
    jwks.answer({ keys: [toJwk(first.publicKey, "1")] });
    expect(await verdicts(() => token(first.privateKey, "1"))).toEqual(["ok", "ok"]);
    jwks.answer({ keys: [toJwk(second.publicKey, "2")] });
    pass(31);
    expect(await verdicts(() => token(second.privateKey, "2"))).toEqual(["ok", "ok"]);
    expect(await verdicts(() => token(first.privateKey, "1"))).toEqual(["unauthenticated", "unauthenticated"]);
  });

  it("tokens with made-up kids don't make the server fetch again and again", async () => {
    jwks.answer({ keys: [toJwk(first.publicKey, "1")] });
    await verdicts(() => token(first.privateKey, "1"));
    const before = jwks.fetches();
    const guesses = Array.from({ length: 50 }, (_, n) => showAtRest(server.url, token(second.privateKey, `x${n}`)));
    expect(new Set((await Promise.all(guesses)).map(({ code }) => code))).toEqual(new Set(["unauthenticated"]));
    expect(jwks.fetches() - before).toBeLessThanOrEqual(1);
  });

  const failures: Record<string, () => void> = {
    "nobody answers": () => jwks.close(),
    "it answers 500": () => jwks.answer({ keys: [] }, 500),
    "it answers 404": () => jwks.answer("", 404),
    "it answers a page": () => jwks.answer("<html>maintenance</html>"),
    "it answers nothing": () => jwks.answer(""),
    "it answers JSON that is no key set": () => jwks.answer({ keys: "none" }),
    "it never answers": () => jwks.hang(),
  };
  for (const [label, fail] of Object.entries(failures)) {
    it(`unavailable at both doors when ${label}, and only for tokens that need those keys`, async () => {
      fail();
      const answers = [
        showAtRest(server.url, token(first.privateKey, "1")),
        showAtSocket(server.url, token(first.privateKey, "1")),
      ];
      const own = forge({ alg: "HS256" }, { sub: "bob", exp: now() + 60 }, hmac(256, testSecret));
      const forged = forge({ alg: "HS256" }, { sub: "bob", exp: now() + 60 }, hmac(256, "x".repeat(40)));
      expect(await verdicts(() => own)).toEqual(["ok", "ok"]);
      expect(await verdicts(() => forged)).toEqual(["unauthenticated", "unauthenticated"]);
      expect((await Promise.all(answers)).map(({ code }) => code)).toEqual(["unavailable", "unavailable"]);
    });
  }

  it("unavailable says when to come back, and the door opens when the keys are there again", async () => {
    jwks.answer("", 503);
    const response = await fetch(`${server.url}/api/v1/chat/users/me`, {
      headers: { authorization: `Bearer ${token(first.privateKey, "1")}` },
    });
    expect([response.status, Number(response.headers.get("retry-after"))]).toEqual([503, 5]);
    jwks.answer({ keys: [toJwk(first.publicKey, "1")] });
    expect(await verdicts(() => token(first.privateKey, "1"))).toEqual(["ok", "ok"]);
  });
});

describe("expiry", () => {
  it("a token that was good, and is remembered, is refused once it has expired", async () => {
    const { token: own } = await server.tokens.issue({ tenantId: "default", userId: "ada" }, 30);
    expect(await verdicts(() => own)).toEqual(["ok", "ok"]);
    pass(36);
    expect(await verdicts(() => own)).toEqual(["unauthenticated", "unauthenticated"]);
  });

  it("a live socket is told, then closed, and what it sent before is there", async () => {
    const ada = await server.person("ada");
    const room = (await ada.rest.post("/rooms", { type: "group", name: "Last words" })).body.data.id;
    const socket = await server.socket(ada);
    const heard: string[] = [];
    socket.on("sync:required", ({ reason }) => heard.push(reason));
    const ended = new Promise((resolve) => socket.once("disconnect", resolve));
    const reply = await socket.timeout(5_000).emitWithAck("message:send", { room_id: room, content: "goodbye" });
    pass(906);
    await ended;
    expect(heard).toEqual(["token_expired"]);
    expect(await showAtSocket(server.url, ada.token)).toEqual({ code: "unauthenticated" });
    const { token: later } = await server.tokens.issue({ tenantId: "default", userId: "ada" }, 60);
    const { data } = (await server.rest(later).get(`/rooms/${room}/messages`)).body;
    expect(data).toMatchObject([{ id: reply.data.id }]);
  });
});
