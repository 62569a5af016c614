/** Tokens at both doors: which open them, and a table of those that must not (RFC 8725). */
import { constants, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encode, forge, hmac, type Signer, signWith, unsigned } from "./setup/forge-token.ts";
import { type JwksServer, startJwksServer } from "./setup/jwks-server.ts";
import { startTestServer, type TestServer, testAdminKey, testSecret } from "./setup/test-server.ts";
import { showAtRest, showAtSocket } from "./setup/token-doors.ts";
import { createWatchedLog } from "./setup/watched-log.ts";

const log = createWatchedLog();
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const weak = generateKeyPairSync("rsa", { modulusLength: 1024 });
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
const ec384 = generateKeyPairSync("ec", { namedCurve: "P-384" });
const ed = generateKeyPairSync("ed25519");
const theirs = generateKeyPairSync("rsa", { modulusLength: 2048 });
const forEncryption = generateKeyPairSync("rsa", { modulusLength: 2048 });
const sharedKey = "a symmetric key that somebody put into the JWKS";

const toJwk = (key: KeyObject, kid: string, more: object = {}) => ({ ...key.export({ format: "jwk" }), kid, ...more });
const keys = [
  toJwk(rsa.publicKey, "rsa"),
  toJwk(weak.publicKey, "weak"),
  toJwk(ec.publicKey, "ec"),
  toJwk(ec384.publicKey, "ec384"),
  toJwk(ed.publicKey, "ed"),
  toJwk(forEncryption.publicKey, "enc", { use: "enc" }),
  { kty: "oct", k: Buffer.from(sharedKey).toString("base64url"), kid: "oct" },
  { kty: "RSA", kid: "broken" },
];

let jwks: JwksServer;
/** Takes any issuer, and the audience `pipit` or none. */
let open: TestServer;
/** Wants an issuer and an audience, and reads other claims. */
let strict: TestServer;
/** Knows no JWKS. */
let plain: TestServer;

beforeAll(async () => {
  jwks = await startJwksServer();
  jwks.answer({ keys });
  open = await startTestServer({ log, jwksUrl: jwks.url });
  plain = await startTestServer({ log });
  strict = await startTestServer({
    log,
    jwksUrl: jwks.url,
    jwtIssuer: "https://host.example",
    jwtAudience: "chat",
    jwtClaimUser: "https://host.example/user",
    jwtClaimTenant: "org",
    jwtClaimName: "nick",
    jwtClaimRole: "https://host.example/role",
  });
});
afterAll(async () => {
  await Promise.all([open, plain, strict].map((server) => server?.close()));
  jwks?.close();
  expect(log.faults()).toEqual([]);
});

const now = () => Math.floor(Date.now() / 1000);
const claims = (more: object = {}): Record<string, unknown> => ({ sub: "ada", exp: now() + 600, ...more });
const ours = hmac(256, testSecret);
const hs = (more: object = {}, header: object = {}) =>
  forge({ alg: "HS256", typ: "JWT", ...header }, claims(more), ours);
const rs = (more: object = {}, header: object = {}, signer = signWith(rsa.privateKey)) =>
  forge({ alg: "RS256", kid: "rsa", ...header }, claims(more), signer);
const without = (claim: string) => {
  const { [claim]: _, ...others } = claims();
  return forge({ alg: "HS256" }, others, ours);
};
const raw = (header: string, payload: string, signer: Signer = ours) =>
  forge(Buffer.from(header), Buffer.from(payload), signer);
const flip = (token: string, part: 0 | 1 | 2) => {
  const parts = token.split(".");
  const bytes = Buffer.from(parts[part] ?? "", "base64url");
  const at = Math.floor(bytes.length / 2);
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  parts[part] = bytes.toString("base64url");
  return parts.join(".");
};
const pss: Signer = (input) =>
  sign("sha256", Buffer.from(input), { key: rsa.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 });
const der: Signer = (input) => sign("sha256", Buffer.from(input), ec.privateKey);
const pem = (key: KeyObject) => String(key.export({ type: "spki", format: "pem" }));

type Table = Record<string, () => string>;

async function expectVerdict(server: TestServer, token: string, code: string): Promise<void> {
  expect(await showAtRest(server.url, token), "REST").toMatchObject({ code });
  expect(await showAtSocket(server.url, token), "socket").toMatchObject({ code });
}

function refuseAll(title: string, server: () => TestServer, table: Table): void {
  describe(title, () => {
    for (const [label, make] of Object.entries(table)) {
      it(`${label}: unauthenticated at both doors`, () => expectVerdict(server(), make(), "unauthenticated"));
    }
  });
}

refuseAll("signatures", () => open, {
  "alg none": () => forge({ alg: "none" }, claims(), unsigned),
  "alg None": () => forge({ alg: "None" }, claims(), unsigned),
  "alg nOnE with a good signature": () => forge({ alg: "nOnE" }, claims(), ours),
  "no signature": () => forge({ alg: "HS256" }, claims(), unsigned),
  "another secret": () => forge({ alg: "HS256" }, claims(), hmac(256, "another secret of thirty-two bytes.")),
  "an empty secret": () => forge({ alg: "HS256" }, claims(), hmac(256, "")),
  "the admin key as the secret": () => forge({ alg: "HS256" }, claims(), hmac(256, testAdminKey)),
  "the admin key itself": () => testAdminKey,
  "HS512 in the header, HS256 underneath": () => forge({ alg: "HS512" }, claims(), ours),
  "a changed header": () => flip(hs(), 0),
  "a changed payload": () => flip(hs(), 1),
  "a changed signature": () => flip(hs(), 2),
  "another user's name under the old signature": () => {
    const [header, , signature] = hs().split(".");
    return `${header}.${encode(claims({ sub: "bob" }))}.${signature}`;
  },
  "half a signature": () => hs().slice(0, -22),
  "a signature and more": () => `${hs()}AAAA`,
  "HMAC with the public key as PEM": () => forge({ alg: "HS256", kid: "rsa" }, claims(), hmac(256, pem(rsa.publicKey))),
  "HMAC with the public key as PEM without its last line end": () =>
    forge({ alg: "HS256", kid: "rsa" }, claims(), hmac(256, pem(rsa.publicKey).trim())),
  "HMAC with the public key as JWK": () =>
    forge({ alg: "HS256", kid: "rsa" }, claims(), hmac(256, JSON.stringify(keys[0]))),
  "HMAC with the public key's bytes": () =>
    forge({ alg: "HS256", kid: "rsa" }, claims(), hmac(256, rsa.publicKey.export({ type: "spki", format: "der" }))),
  "HMAC with a key of the JWKS": () => forge({ alg: "HS256", kid: "oct" }, claims(), hmac(256, sharedKey)),
  "RS256 by another key": () => rs({}, {}, signWith(theirs.privateKey)),
  "RS256 by our secret": () => rs({}, {}, ours),
  "RS256 by a key that is too short": () => rs({}, { kid: "weak" }, signWith(weak.privateKey)),
  "RS256 by a key for encryption": () => rs({}, { kid: "enc" }, signWith(forEncryption.privateKey)),
  "RS256 by a key that is broken": () => rs({}, { kid: "broken" }),
  "PS256 called RS256": () => rs({}, {}, pss),
  "RS256 called PS256": () => rs({}, { alg: "PS256" }),
  "ES256 of nothing but zeros": () => forge({ alg: "ES256", kid: "ec" }, claims(), () => Buffer.alloc(64)),
  "ES256 written as DER": () => forge({ alg: "ES256", kid: "ec" }, claims(), der),
  "ES256 on another curve": () => forge({ alg: "ES256", kid: "ec384" }, claims(), signWith(ec384.privateKey)),
  "EdDSA of nothing but zeros": () => forge({ alg: "EdDSA", kid: "ed" }, claims(), () => Buffer.alloc(64)),
});

refuseAll("headers", () => open, {
  "a kid that is a path": () => forge({ alg: "HS256", kid: "../../../dev/null" }, claims(), hmac(256, "")),
  "a kid that is SQL": () => rs({}, { kid: "x' union select 'a" }, signWith(theirs.privateKey)),
  "a kid of nobody": () => rs({}, { kid: "unknown" }),
  "a kid of another kind of key": () => rs({}, { kid: "ec" }),
  "a kid that is an object": () => rs({}, { kid: { toString: "rsa" } }),
  "a kid of a prototype": () => rs({}, { kid: "__proto__" }),
  "a jku": () => rs({}, { kid: "evil", jku: "http://127.0.0.1:1/jwks.json" }, signWith(theirs.privateKey)),
  "an x5u": () => rs({}, { kid: "evil", x5u: "http://127.0.0.1:1/x.pem" }, signWith(theirs.privateKey)),
  "a jwk": () =>
    rs({}, { kid: undefined, jwk: theirs.publicKey.export({ format: "jwk" }) }, signWith(theirs.privateKey)),
  "a jwk of a symmetric key": () =>
    forge({ alg: "HS256", jwk: { kty: "oct", k: encode(Buffer.from("mine")) } }, claims(), hmac(256, "mine")),
  "an x5c": () => rs({}, { x5c: [encode(Buffer.from("certificate"))] }, signWith(theirs.privateKey)),
  "crit of what nobody knows": () =>
    hs({}, { crit: ["http://example.com/unknown"], "http://example.com/unknown": true }),
  "crit of a registered name": () => hs({}, { crit: ["exp"], exp: 1 }),
  "crit of nothing": () => hs({}, { crit: [] }),
  "crit that is no list": () => hs({}, { crit: "b64", b64: true }),
  "an unencoded payload": () => hs({}, { b64: false, crit: ["b64"] }),
  "no alg": () => forge({ typ: "JWT" }, claims(), ours),
  "an alg of null": () => hs({}, { alg: null }),
  "an alg that is a list": () => hs({}, { alg: ["HS256"] }),
  "an empty alg": () => hs({}, { alg: "" }),
  "alg hs256": () => hs({}, { alg: "hs256" }),
  "alg HS1": () => hs({}, { alg: "HS1" }),
  "alg ES256K": () => forge({ alg: "ES256K", kid: "ec" }, claims(), signWith(ec.privateKey)),
  "alg RS1": () => rs({}, { alg: "RS1" }),
  "alg dir": () => hs({}, { alg: "dir", enc: "A256GCM" }),
  "alg __proto__": () => hs({}, { alg: "__proto__" }),
});

// RFC 8725 §3.11: a token that says that it is of another kind is not a token of access, whoever signed it.
refuseAll("kinds of token", () => open, {
  "a log-out token": () => hs({}, { typ: "logout+jwt" }),
  "a proof of possession": () => hs({}, { typ: "dpop+jwt" }),
  "a security event": () => hs({}, { typ: "application/secevent+jwt" }),
  "an answer of introspection": () => hs({}, { typ: "token-introspection+jwt" }),
  "a request object": () => rs({}, { typ: "oauth-authz-req+jwt" }),
  "something else": () => hs({}, { typ: "text/plain" }),
  "a typ that is no text": () => hs({}, { typ: 5 }),
});

refuseAll("times", () => open, {
  expired: () => hs({ exp: now() - 10 }),
  "long expired": () => hs({ exp: 0 }),
  "expired before time": () => hs({ exp: -1 }),
  "not yet valid": () => hs({ nbf: now() + 60 }),
  "no expiry": () => without("exp"),
  "an expiry in text": () => hs({ exp: String(now() + 600) }),
  "an expiry of null": () => hs({ exp: null }),
  "an expiry in a list": () => hs({ exp: [now() + 600] }),
  "an expiry beyond numbers": () => raw('{"alg":"HS256"}', '{"sub":"ada","exp":1e999}'),
  "an expiry beyond dates": () => hs({ exp: 1e300 }),
  "a beginning in text": () => hs({ nbf: "now" }),
});

refuseAll("claims", () => open, {
  "no user": () => without("sub"),
  "an empty user": () => hs({ sub: "" }),
  "a user of null": () => hs({ sub: null }),
  "a user that is a number": () => hs({ sub: 7 }),
  "a user that is a list": () => hs({ sub: ["ada"] }),
  "a user that is an object": () => hs({ sub: { id: "ada" } }),
  "a user with a space": () => hs({ sub: "ada " }),
  "a user with a line end": () => hs({ sub: "ada\n" }),
  "a user with NUL": () => hs({ sub: "ada\0" }),
  "a user with a slash": () => hs({ sub: "other/ada" }),
  "a user beyond ASCII": () => hs({ sub: "ádá" }),
  "a user whose id is too long": () => hs({ sub: "a".repeat(129) }),
  "an empty tenant": () => hs({ tenant: "" }),
  "a tenant of null": () => hs({ tenant: null }),
  "a tenant that is a number": () => hs({ tenant: 1 }),
  "a tenant that is a list": () => hs({ tenant: ["default"] }),
  "a tenant with a slash": () => hs({ tenant: "a/b" }),
  "a tenant with a line end": () => hs({ tenant: "default\n" }),
  "a tenant whose id is too long": () => hs({ tenant: "a".repeat(65) }),
  "another audience": () => hs({ aud: "billing" }),
  "several other audiences": () => hs({ aud: ["billing", "mail"] }),
  "an audience of nothing": () => hs({ aud: "" }),
  "an audience of null": () => hs({ aud: null }),
  "an audience that only begins so": () => hs({ aud: "pipit2" }),
  "an audience that is an object": () => hs({ aud: { pipit: true } }),
});

refuseAll("forms", () => open, {
  "no token": () => "-",
  "two parts": () => hs().split(".").slice(0, 2).join("."),
  "four parts": () => `${hs()}.AAAA`,
  "five parts, as of JWE": () => `${encode({ alg: "dir", enc: "A256GCM" })}..AAAA.AAAA.AAAA`,
  "only dots": () => "..",
  "an empty header": () => hs().replace(/^[^.]+/, ""),
  "an empty payload": () => hs().replace(/\.[^.]+\./, ".."),
  "a header that is a list": () => forge(["HS256"], claims(), ours),
  "a header that is null": () => forge(null, claims(), ours),
  "a header of broken JSON": () => raw('{"alg":"HS256"', JSON.stringify(claims())),
  "a payload that is a list": () => forge({ alg: "HS256" }, [claims()], ours),
  "a payload that is null": () => forge({ alg: "HS256" }, null, ours),
  "a payload that is text": () => forge({ alg: "HS256" }, "ada", ours),
  "a payload of broken JSON": () => raw('{"alg":"HS256"}', '{"sub":"ada"'),
  "a payload that is a token": () => forge({ alg: "HS256", cty: "JWT" }, Buffer.from(hs()), ours),
  "a payload that is not UTF-8": () => forge({ alg: "HS256" }, Buffer.from([0x7b, 0xff, 0x7d]), ours),
  "a huge token": () => hs({ filler: "x".repeat(8_192) }),
});

refuseAll("where an issuer and an audience are wanted", () => strict, {
  "no issuer": () => host({ iss: undefined }),
  "another issuer": () => host({ iss: "https://evil.example" }),
  "an issuer with a slash more": () => host({ iss: "https://host.example/" }),
  "an issuer in a list": () => host({ iss: ["https://host.example"] }),
  "no audience": () => host({ aud: undefined }),
  "another audience": () => host({ aud: "pipit" }),
  "the user in sub alone": () => host({ "https://host.example/user": undefined, sub: "ada" }),
  "a tenant of another claim that is bad": () => host({ org: "a/b" }),
  "our own issuer's name under the host's key": () =>
    host({ iss: "pipit", aud: "pipit" }, { alg: "RS256", kid: "rsa" }, signWith(rsa.privateKey)),
});

refuseAll("where there is no JWKS", () => plain, {
  RS256: () => rs(),
  "RS256 with its key beside it": () => rs({}, { jwk: keys[0] }),
  EdDSA: () => forge({ alg: "EdDSA", kid: "ed" }, claims(), signWith(ed.privateKey)),
});

function host(more: object = {}, header: object = { alg: "HS256" }, signer = ours): string {
  const base = { iss: "https://host.example", aud: ["chat", "mail"], "https://host.example/user": "ada" };
  return forge({ ...header }, { exp: now() + 600, ...base, ...more } as Record<string, unknown>, signer);
}

describe("good tokens", () => {
  const good: Table = {
    HS256: () => hs(),
    HS384: () => forge({ alg: "HS384" }, claims(), hmac(384, testSecret)),
    HS512: () => forge({ alg: "HS512" }, claims(), hmac(512, testSecret)),
    RS256: () => rs(),
    RS384: () => rs({}, { alg: "RS384" }, signWith(rsa.privateKey, "sha384")),
    PS256: () => rs({}, { alg: "PS256" }, pss),
    ES256: () => forge({ alg: "ES256", kid: "ec" }, claims(), signWith(ec.privateKey)),
    "ES384 without a kid, where one key fits": () =>
      forge({ alg: "ES384" }, claims(), signWith(ec384.privateKey, "sha384")),
    EdDSA: () => forge({ alg: "EdDSA", kid: "ed" }, claims(), signWith(ed.privateKey)),
    Ed25519: () => forge({ alg: "Ed25519", kid: "ed" }, claims(), signWith(ed.privateKey)),
    "no typ": () => hs({}, { typ: undefined }),
    "typ jwt": () => hs({}, { typ: "jwt" }),
    "an access token of OAuth (RFC 9068)": () => rs({}, { typ: "at+jwt" }),
    "the same with its whole media type": () => rs({}, { typ: "application/at+jwt" }),
    "headers that nobody knows": () => hs({}, { unknown: { a: 1 }, kid: "any" }),
    "pipit among the audiences": () => hs({ aud: ["mail", "pipit"] }),
    "a little expired, within the tolerance": () => hs({ exp: now() - 1 }),
    "an expiry that is far off, with a fraction": () => hs({ exp: 253_402_300_799.5 }),
    "a name that can't be": () => hs({ sub: "odd-name", name: "a\0b" }),
    "a name that is a list, and a role that there is not": () => hs({ sub: "odd-role", name: ["x"], role: "emperor" }),
  };
  for (const [label, make] of Object.entries(good)) {
    it(`${label}: opens both doors`, () => expectVerdict(open, make(), "ok"));
  }

  it("a repeated claim counts once, the last (RFC 7519 §4)", async () => {
    const token = raw('{"alg":"HS256"}', `{"sub":"ada","sub":"bob","exp":${now() + 60}}`);
    expect(await showAtRest(open.url, token)).toEqual({ code: "ok", id: "bob" });
  });

  it("other claims for user, tenant, name and role", async () => {
    const token = host({
      "https://host.example/user": "zoe",
      org: "acme",
      nick: "Zoe",
      "https://host.example/role": "admin",
    });
    const me = await strict.rest(token).get("/users/me");
    expect(me.body.data).toMatchObject({ id: "zoe", name: "Zoe", role: "admin" });
    expect((await strict.rest(host({ org: "acme" })).get("/users/zoe")).status).toBe(200);
    expect((await strict.rest(host({ org: "other" })).get("/users/zoe")).body.code).toBe("not_found");
    expect((await strict.rest(host()).get("/users/zoe")).body.code).toBe("not_found");
  });

  it("our own tokens open a server that wants the host's issuer, audience and claims", async () => {
    const { token } = (await strict.rest(testAdminKey).post("/admin/tokens", { user_id: "own" })).body.data;
    await expectVerdict(strict, token, "ok");
    expect(await showAtRest(strict.url, token)).toEqual({ code: "ok", id: "own" });
  });

  it("[G9] our own tokens keep their tenant where the host's tokens name theirs in another claim", async () => {
    const server = await startTestServer({ log, jwtClaimTenant: "org" });
    const body = { user_id: "kim", tenant_id: "acme" };
    const { token } = (await server.rest(testAdminKey).post("/admin/tokens", body)).body.data;
    const { data: room } = (await server.rest(token).post("/rooms", { type: "group", name: "Acme's" })).body;
    const acme = forge({ alg: "HS256" }, claims({ sub: "kim", org: "acme" }), ours);
    const fallback = forge({ alg: "HS256" }, claims({ sub: "kim" }), ours);
    expect((await server.rest(fallback).get(`/rooms/${room.id}`)).status).toBe(404);
    expect((await server.rest(acme).get(`/rooms/${room.id}`)).status).toBe(200);
    await server.close();
  });
});
