/** Tokens: what they must name, and by which key they are checked. All ways to forge one are in test/tokens.test.ts. */
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createFakeClock } from "../../test/setup/fake-clock.ts";
import { forge, hmac, signWith, unsigned } from "../../test/setup/forge-token.ts";
import { type JwksServer, startJwksServer } from "../../test/setup/jwks-server.ts";
import { startTestServer, type TestServer, testSecret } from "../../test/setup/test-server.ts";
import { showAtRest, showAtSocket } from "../../test/setup/token-doors.ts";

const clock = createFakeClock();
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const stranger = generateKeyPairSync("rsa", { modulusLength: 2048 });
let jwks: JwksServer;
let server: TestServer;
let strict: TestServer;

beforeAll(async () => {
  jwks = await startJwksServer();
  jwks.answer({ keys: [{ ...rsa.publicKey.export({ format: "jwk" }), kid: "k", alg: "RS256" }] });
  server = await startTestServer({ clock, jwksUrl: jwks.url });
  strict = await startTestServer({ clock, jwtAudience: "chat", jwtIssuer: "https://product.example" });
});
afterAll(async () => {
  await Promise.all([server.close(), strict.close()]);
  jwks.close();
});

const inSeconds = (seconds: number) => Math.floor(clock.now().getTime() / 1000) + seconds;
const good = () => ({ sub: "ada", exp: inSeconds(60) });
const signed = (claims: Record<string, unknown>, secret = testSecret) =>
  forge({ alg: "HS256" }, claims as Record<string, string>, hmac(256, secret));
const signedByKey = (key: KeyObject, claims: Record<string, string | number> = good()) =>
  forge({ alg: "RS256", kid: "k" }, claims, signWith(key));

/** What both doors say, which must be the same. */
async function show(token: string, to = server): Promise<string> {
  const [rest, socket] = [(await showAtRest(to.url, token)).code, (await showAtSocket(to.url, token)).code];
  expect(socket).toBe(rest);
  return rest;
}

describe("[W6] a token", () => {
  it("names its user and its expiry", async () => {
    expect(await show(signed(good()))).toBe("ok");
    expect(await show(signed({ sub: "ada" }))).toBe("unauthenticated");
    expect(await show(signed({ exp: inSeconds(60) }))).toBe("unauthenticated");
    for (const exp of ["soon", null, [inSeconds(60)], true]) {
      expect(await show(signed({ sub: "ada", exp })), String(exp)).toBe("unauthenticated");
    }
    for (const sub of ["", " ", "a b", 7, null, ["ada"], "x".repeat(129)]) {
      expect(await show(signed({ ...good(), sub })), String(sub)).toBe("unauthenticated");
    }
  });

  it("ends at its expiry, five seconds forgiven", async () => {
    const token = signed({ sub: "ada", exp: inSeconds(30) });
    clock.pass(34);
    expect(await show(signed({ sub: "ada", exp: inSeconds(-4) }))).toBe("ok");
    clock.pass(2);
    expect(await show(token)).toBe("unauthenticated");
    expect(await show(signed({ ...good(), nbf: inSeconds(60) }))).toBe("unauthenticated");
  });

  it("with an HS algorithm is checked against the secret only", async () => {
    expect(await show(signed(good(), "another secret of thirty-two bytes"))).toBe("unauthenticated");
    const pem = rsa.publicKey.export({ type: "spki", format: "pem" });
    const jwk = JSON.stringify(rsa.publicKey.export({ format: "jwk" }));
    for (const key of [pem, jwk]) {
      expect(await show(forge({ alg: "HS256", kid: "k" }, good(), hmac(256, key)))).toBe("unauthenticated");
    }
  });

  it("with another algorithm is checked against the JWKS only", async () => {
    expect(await show(signedByKey(rsa.privateKey))).toBe("ok");
    expect(await show(signedByKey(stranger.privateKey))).toBe("unauthenticated");
    expect(await show(signedByKey(rsa.privateKey), strict)).toBe("unauthenticated");
    expect(await show(forge({ alg: "none" }, good(), unsigned))).toBe("unauthenticated");
  });

  it("that names an audience must name ours", async () => {
    for (const aud of ["pipit", ["other", "pipit"]]) expect(await show(signed({ ...good(), aud }))).toBe("ok");
    for (const aud of ["other", ["other"], "", [], "pipit2", ["pip", "it"]]) {
      const code = await show(signed({ ...good(), aud }));
      // An empty list names none.
      expect(code, JSON.stringify(aud)).toBe(Array.isArray(aud) && aud.length === 0 ? "ok" : "unauthenticated");
    }
  });

  it("must name the audience and the issuer that are asked for", async () => {
    const right = { ...good(), aud: "chat", iss: "https://product.example" };
    expect(await show(signed(right), strict)).toBe("ok");
    expect(await show(signed({ ...right, aud: undefined }), strict)).toBe("unauthenticated");
    expect(await show(signed({ ...right, aud: "pipit" }), strict)).toBe("unauthenticated");
    expect(await show(signed({ ...right, iss: undefined }), strict)).toBe("unauthenticated");
    expect(await show(signed({ ...right, iss: "https://product.example/" }), strict)).toBe("unauthenticated");
  });
});
