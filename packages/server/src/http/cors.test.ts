/** Pages of other origins: who may call, and what every answer tells browsers. */
import { errorCodes } from "@pipit/protocol/errors";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Person, startTestServer, type TestServer } from "../../test/setup/test-server.ts";

const friend = "https://friend.example";
const own = "https://chat.example";
const evil = "https://evil.example";
let server: TestServer;
let open: TestServer;
let local: TestServer;
let ada: Person;

beforeAll(async () => {
  server = await startTestServer({ allowedOrigins: [`${friend}/`], publicUrl: `${own}/chat` });
  open = await startTestServer({ allowedOrigins: ["*"] });
  local = await startTestServer();
  ada = await server.person("ada");
});
afterAll(() => Promise.all([server.close(), open.close(), local.close()]));

const me = "/api/v1/chat/users/me";

function call(url: string, origin: string | undefined, path = me, token = ada.token): Promise<Response> {
  return fetch(`${url}${path}`, {
    headers: { authorization: `Bearer ${token}`, ...(origin === undefined ? {} : { origin }) },
  });
}

function preflight(url: string, origin: string, method = "POST", path = "/api/v1/chat/rooms"): Promise<Response> {
  return fetch(`${url}${path}`, {
    method: "OPTIONS",
    headers: {
      origin,
      "access-control-request-method": method,
      "access-control-request-headers": "authorization,content-type,x-device-id",
    },
  });
}

function listIn(response: Response, header: string): string[] {
  return (response.headers.get(header) ?? "").split(",").map((entry) => entry.trim().toLowerCase());
}

const allowed = (response: Response) => response.headers.get("access-control-allow-origin");

describe("a server without a public address", () => {
  // The addresses of media that it gives name localhost, by whatever name of the machine the page was opened.
  it.each(["localhost", "127.0.0.1", "[::1]"])("takes uploads of its own page at %s", async (name) => {
    const origin = `http://${name}:${new URL(local.url).port}`;
    const path = "/api/v1/chat/media/uploads/token";
    expect(allowed(await preflight(local.url, origin, "PUT", path))).toBe(origin);
  });

  it.each([
    ["another port", "http://localhost:1"],
    ["another scheme", "https://localhost"],
    ["a name that begins so", "http://localhost.evil.example"],
    ["another machine", "http://192.168.0.7"],
  ])("does not take them of %s", async (_, address) => {
    const { port } = new URL(local.url);
    const origin = new URL(address).port === "" ? `${address}:${port}` : address;
    expect(allowed(await preflight(local.url, origin, "PUT"))).toBeNull();
  });

  it("a server with one is known by that alone", async () => {
    expect(allowed(await preflight(server.url, `http://localhost:${new URL(server.url).port}`))).toBeNull();
  });
});

describe("the allow-list", () => {
  it("names other origins, and the server's own by its public address", async () => {
    for (const origin of [friend, own]) expect(allowed(await call(server.url, origin)), origin).toBe(origin);
  });

  it.each([
    evil,
    `${friend}.evil.example`,
    "http://friend.example",
    `${friend}:8443`,
    "https://sub.friend.example",
    "HTTPS://FRIEND.EXAMPLE",
    "null",
    "*",
    "https://",
  ])("does not have %s", async (origin) => {
    for (const response of [await call(server.url, origin), await preflight(server.url, origin)]) {
      expect(allowed(response)).toBeNull();
    }
  });

  it("with * has all of them", async () => {
    const { token } = await open.person("ada");
    for (const origin of [evil, "null"])
      expect(allowed(await call(open.url, origin, me, token))).toMatch(/^(\*|https:\/\/evil\.example|null)$/);
  });

  it("never lends a browser's credentials: only a token opens the doors", async () => {
    for (const response of [await call(server.url, friend), await preflight(server.url, friend)]) {
      expect(response.headers.get("access-control-allow-credentials")).toBeNull();
    }
    expect((await preflight(open.url, evil)).headers.get("access-control-allow-credentials")).toBeNull();
  });

  it("a page may read refusals, and when to come back", async () => {
    const refused = await call(server.url, friend, me, "nonsense");
    expect([refused.status, allowed(refused)]).toEqual([errorCodes.unauthenticated.status, friend]);
    const unknown = await call(server.url, friend, "/api/v1/chat/nowhere");
    expect([unknown.status, allowed(unknown)]).toEqual([404, friend]);
    expect(listIn(refused, "access-control-expose-headers")).toEqual(
      expect.arrayContaining(["x-request-id", "retry-after"]),
    );
  });

  it("caches keep answers to one origin from another", async () => {
    for (const origin of [friend, evil, undefined]) {
      expect(listIn(await call(server.url, origin), "vary"), String(origin)).toContain("origin");
    }
  });
});

describe("a preflight", () => {
  it.each(["GET", "POST", "PUT", "PATCH", "DELETE"])("allows %s with the headers that clients send", async (method) => {
    const response = await preflight(server.url, friend, method);
    expect([response.status, await response.text()]).toEqual([204, ""]);
    expect(allowed(response)).toBe(friend);
    expect(listIn(response, "access-control-allow-methods")).toContain(method.toLowerCase());
    expect(listIn(response, "access-control-allow-headers")).toEqual(
      expect.arrayContaining(["authorization", "content-type", "x-device-id", "x-request-id"]),
    );
    expect(Number(response.headers.get("access-control-max-age"))).toBeGreaterThan(0);
    expect(listIn(response, "vary")).toContain("origin");
  });

  it("needs no token, and does nothing", async () => {
    const before = (await ada.rest.get("/rooms")).body.data;
    await preflight(server.url, friend);
    expect((await ada.rest.get("/rooms")).body.data).toEqual(before);
  });

  it("is not needed, nor answered, outside of the API", async () => {
    for (const path of ["/metrics", "/healthz", "/readyz"]) {
      expect(allowed(await call(server.url, friend, path)), path).toBeNull();
    }
  });
});

describe("security headers", () => {
  it.each([
    ["an answer", me, "good", 200],
    ["a refusal", me, "bad", 401],
    ["an unknown path", "/nowhere", "good", 404],
    ["the health check", "/healthz", "good", 200],
    ["the figures", "/metrics", "good", 200],
    ["the documents", "/openapi.json", "good", 200],
  ])("are on %s", async (_, path, token, status) => {
    const response = await call(server.url, undefined, path, token === "good" ? ada.token : "bad");
    expect(response.status).toBe(status);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "x-content-type-options": "nosniff",
      "x-frame-options": expect.stringMatching(/^(SAMEORIGIN|DENY)$/),
      "referrer-policy": "no-referrer",
      "strict-transport-security": expect.stringContaining("max-age="),
      "cross-origin-opener-policy": "same-origin",
      "x-request-id": expect.any(String),
    });
    expect(response.headers.get("x-powered-by")).toBeNull();
  });
});
