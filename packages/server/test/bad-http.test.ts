/** Bad HTTP: what reaches the REST door below its operations, written by hand. */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../src/clock.ts";
import { createTokenIssuer } from "../src/identity/issue-token.ts";
import { checkFailure } from "./setup/check-reply.ts";
import { createFixtures, type Fixture } from "./setup/good-inputs.ts";
import { breakOff, type RawReply, sendRaw, toRequest } from "./setup/raw-http.ts";
import { startTestServer, type TestServer, testSecret } from "./setup/test-server.ts";
import { createWatchedLog } from "./setup/watched-log.ts";

const log = createWatchedLog();
const prefix = "/api/v1/chat";
const maxBodyBytes = 65_536;

let server: TestServer;
let fixture: Fixture;
let authorization: string;
let messages: string;

beforeAll(async () => {
  server = await startTestServer({ log, maxBodyBytes });
  fixture = await (await createFixtures(server))();
  authorization = `Bearer ${fixture.owner.token}`;
  messages = `${prefix}/rooms/${fixture.roomId}/messages`;
});
afterAll(() => server.close());

type Headers = Record<string, string>;

function send(method: string, target: string, headers: Headers = {}, ...body: (string | Buffer)[]): Promise<RawReply> {
  return sendRaw(server.url, toRequest(method, target, { authorization, ...headers }), ...body);
}

function post(body: string | Buffer, headers: Headers = {}): Promise<RawReply> {
  const length = { "content-length": String(Buffer.byteLength(body)) };
  return send("POST", messages, { "content-type": "application/json", ...length, ...headers }, body);
}

function codeOf(reply: RawReply, label: string): string {
  return checkFailure(JSON.parse(reply.text), label, reply.status);
}

async function expectToGoOn(): Promise<void> {
  expect((await fixture.owner.rest.get("/users/me")).status).toBe(200);
}

async function countMessages(): Promise<number> {
  return (await fixture.owner.rest.get(`/rooms/${fixture.roomId}/messages`)).body.data.length;
}

describe("bodies", () => {
  const json = JSON.stringify({ content: "hi" });
  const malformed: Record<string, string | Buffer> = {
    "half an object": '{"content":"hi"',
    "a comma too many": '{"content":"hi",}',
    "single quotes": "{'content':'hi'}",
    "a comment": '{"content":"hi"/*x*/}',
    "two values": '{"content":"hi"}{"content":"hi"}',
    NaN: '{"content":NaN}',
    "a bare word": "content",
    "only a space": " ",
    "NUL characters": "\0\0\0\0",
    "a raw control character in text": '{"content":"a\u0001"}',
    "a bad escape": '{"content":"\\x41"}',
    "a list": "[]",
    null: "null",
    text: '"hi"',
    "a number": "1e400",
    "an unfinished character": Buffer.from([...Buffer.from('{"content":"'), 0xe2, 0x82, ...Buffer.from('"}')]),
    "an overlong NUL": Buffer.from([...Buffer.from('{"content":"'), 0xc0, 0x80, ...Buffer.from('"}')]),
    "half a surrogate pair in bytes": Buffer.from([
      ...Buffer.from('{"content":"'),
      0xed,
      0xa0,
      0x80,
      ...Buffer.from('"}'),
    ]),
    "half a surrogate pair escaped": '{"content":"\\ud800"}',
    "an escaped NUL": '{"content":"a\\u0000"}',
    "another character set": Buffer.from(json, "utf16le"),
    "a number that is no number": '{"content":1e400}',
    "only a prototype": '{"__proto__":{"content":"hi"}}',
    "a deep list": `{"content":${"[".repeat(30_000)}${"]".repeat(30_000)}}`,
    "a deep object": `{"content":${'{"a":'.repeat(9_000)}1${"}".repeat(9_000)}}`,
    "a deep unknown field": `{"content":"hi","x":${"[".repeat(30_000)}${"]".repeat(30_000)}}`,
  };
  for (const [label, body] of Object.entries(malformed)) {
    it(`${label}: invalid_request`, async () => {
      const before = await countMessages();
      expect(codeOf(await post(body), label)).toBe("invalid_request");
      expect(await countMessages()).toBe(before);
    });
  }

  it("a body of nothing is an empty object: invalid_request", async () => {
    expect(codeOf(await post(""), "empty")).toBe("invalid_request");
    expect(codeOf(await send("POST", messages), "no body")).toBe("invalid_request");
  });

  it("a byte order mark, a charset, white space and a repeated key are taken", async () => {
    for (const body of [`\ufeff${json}`, ` \r\n${json}\n`, '{"content":"first","content":"last"}']) {
      expect((await post(body, { "content-type": "application/json; charset=utf-8" })).status).toBe(201);
    }
    for (const type of ["application/vnd.host+json", "APPLICATION/JSON", "text/plain;charset=UTF-8", ""]) {
      expect((await post(json, { "content-type": type })).status, type).toBe(201);
    }
  });

  it("the path wins over the body and the body over the query", async () => {
    const body = JSON.stringify({ content: "of the body", room_id: "another" });
    const length = { "content-type": "application/json", "content-length": String(Buffer.byteLength(body)) };
    const reply = await send("POST", `${messages}?content=of+the+query&room_id=third`, length, body);
    expect(JSON.parse(reply.text).data).toMatchObject({ content: "of the body", room_id: fixture.roomId });
  });

  for (const type of [
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/jsonp",
    "json",
    "application/json/../x",
  ]) {
    it(`a body of type "${type}": unsupported_type`, async () => {
      expect(codeOf(await post(json, { "content-type": type }), type)).toBe("unsupported_type");
    });
  }

  it("a compressed body is no JSON", async () => {
    const reply = await post(Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xab]), { "content-encoding": "gzip" });
    expect(["invalid_request", "unsupported_type"]).toContain(codeOf(reply, "gzip"));
  });
});

describe("bodies over the limit", () => {
  const big = JSON.stringify({ content: "hi", unknown: "x".repeat(maxBodyBytes) });

  it("with a length: too_large", async () => {
    expect(codeOf(await post(big), "with a length")).toBe("too_large");
  });

  it("with a length, before any of it has come: too_large", async () => {
    const type = { "content-type": "application/json", "content-length": "999999999999" };
    expect(codeOf(await send("POST", messages, type), "announced")).toBe("too_large");
  });

  it("in chunks: too_large, and no more of it is read", async () => {
    const type = { "content-type": "application/json", "transfer-encoding": "chunked" };
    const chunk = `4000\r\n${"x".repeat(0x4000)}\r\n`;
    expect(codeOf(await send("POST", messages, type, ...new Array(200).fill(chunk)), "in chunks")).toBe("too_large");
  });

  it("from one who may not call: unauthenticated, without reading it", async () => {
    const head = toRequest("POST", messages, { "content-type": "application/json", "content-length": "60000" });
    const reply = await sendRaw(server.url, head, "{");
    expect(codeOf(reply, "nobody")).toBe("unauthenticated");
    expect(reply.milliseconds).toBeLessThan(1_000);
  });

  it("just within the limit is taken", async () => {
    const body = JSON.stringify({ content: "hi", unknown: "" });
    const padded = JSON.stringify({ content: "hi", unknown: "x".repeat(maxBodyBytes - body.length) });
    expect((await post(padded)).status).toBe(201);
  });

  it("a body that breaks off is no fault of the server", async () => {
    const type = { "content-type": "application/json", "content-length": "1000" };
    const before = log.warnings().length;
    await breakOff(server.url, toRequest("POST", messages, { authorization, ...type }, '{"content":"h'));
    await expectToGoOn();
    expect(log.faults()).toEqual([]);
    expect(log.warnings().slice(before), "nor is the database away").toEqual([]);
  });
});

describe("paths and queries", () => {
  const nowhere = [
    "/rooms/%00/messages/x/y",
    "//users/me",
    "/users/me/",
    "/users/me/../../../../etc/passwd",
    "/%2e%2e/%2e%2e/etc/passwd",
    `/${"a/".repeat(2_000)}`,
    "/users/me;x=1/y",
    "/__proto__",
    "/constructor/prototype",
    "/",
    "",
  ];
  for (const path of nowhere) {
    it(`${path.slice(0, 40) || "the prefix alone"}: not_found`, async () => {
      expect(codeOf(await send("GET", `${prefix}${path}`), path)).toBe("not_found");
    });
  }

  const bad: [string, string][] = [
    ["/users/%", "invalid_request"],
    ["/users/%zz", "invalid_request"],
    ["/users/%E0%A4%A", "invalid_request"],
    ["/users/%FF%FE", "invalid_request"],
    ["/users/%ED%A0%80", "invalid_request"],
    ["/users/a%00b", "invalid_request"],
    ["/users/a%2Fb", "invalid_request"],
    ["/rooms/%00", "invalid_request"],
    ["/rooms/%ff", "not_found"],
    ["/messages/%00.1", "invalid_request"],
    [`/rooms/${"x".repeat(65)}`, "invalid_request"],
    [`/users/${"x".repeat(129)}`, "invalid_request"],
    ["/users?q=%00", "invalid_request"],
    ["/users", "invalid_request"],
    ["/users?q=", "invalid_request"],
    ["/users?q=a&limit=0", "invalid_request"],
    ["/users?q=a&limit=101", "invalid_request"],
    ["/users?q=a&limit=1.5", "invalid_request"],
    ["/users?q=a&limit=1e1", "invalid_request"],
    ["/users?q=a&limit=0x10", "invalid_request"],
    ["/users?q=a&limit=%201", "invalid_request"],
    ["/users?q=a&limit=", "invalid_request"],
    ["/users?q=a&limit", "invalid_request"],
    ["/users?q=a&limit=NaN", "invalid_request"],
    ["/users?q=a&limit=-1", "invalid_request"],
    ["/users?q=a&limit=99999999999999999999", "invalid_request"],
    ["/users?q[]=a", "invalid_request"],
    ["/users?q[a]=a", "invalid_request"],
    ["/users?q=a&cursor=!!", "invalid_request"],
    ["/users?q=a&cursor=", "invalid_request"],
  ];
  for (const [path, code] of bad) {
    it(`${path.slice(0, 60)}: ${code}`, async () => {
      expect(codeOf(await send("GET", `${prefix}${path}`), path)).toBe(code);
    });
  }

  const good = [
    "/users?q=owner&q=other&limit=1&limit=nonsense",
    "/users?q=owner&__proto__=1&constructor=2&__proto__[x]=3",
    "/users?q=%zz",
    "/users?q=%FF",
    "/users?q=%27%3B%20drop%20table%20users%3B--",
    "/users?q=a%26b%7C!c%3A*()",
    "/users?&&&=&q=x&=",
    "/users?q=%C2%BD%C2%B2%E2%85%A7%D9%A3",
    `/users?${"x=1&".repeat(2_000)}q=owner`,
    "/users/me#fragment",
  ];
  for (const path of good) {
    it(`${path.slice(0, 60)}: answered`, async () => {
      const reply = await send("GET", `${prefix}${path}`);
      expect([reply.status, JSON.parse(reply.text).success], reply.text).toEqual([200, true]);
    });
  }

  it("a repeated key of a query counts once, the first", async () => {
    const reply = await send("GET", `${prefix}/users?q=owner&q=bystander`);
    expect(JSON.parse(reply.text).data).toMatchObject([{ id: "owner" }]);
  });
});

describe("methods, targets and headers", () => {
  for (const method of ["PATCH", "PUT", "DELETE", "POST", "PROPFIND", "TRACE", "QUERY"]) {
    it(`${method} of a path that has no such method: not_found`, async () => {
      expect(codeOf(await send(method, `${prefix}/rooms/x/nothing`), method)).toBe("not_found");
    });
  }

  it("HEAD has no body, OPTIONS allows what a preflight asks", async () => {
    const head = await send("HEAD", `${prefix}/users/me`, { connection: "close" });
    expect([head.status, head.text]).toEqual([200, ""]);
    expect((await send("OPTIONS", `${prefix}/users/me`, { connection: "close" })).status).toBe(204);
  });

  // Below the level of requests: the HTTP server answers by itself, with a status and no envelope.
  const unparsable: Record<string, string> = {
    "a method that does not exist": toRequest("BREW", "/", {}),
    "no HTTP at all": "hello\r\n\r\n",
    "another protocol": "\x16\x03\x01\x02\x00\x01",
    "a space in a header's name": "GET / HTTP/1.1\r\nhost: x\r\na b: c\r\n\r\n",
    "bytes beyond ASCII in a target": "GET /½²³ HTTP/1.1\r\nhost: x\r\n\r\n",
    "no host": "GET / HTTP/1.1\r\n\r\n",
    "two lengths": "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nx",
    "a length and chunks":
      "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
    "a negative length": "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n",
    "a bad chunk": "POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
    "a target that is no path": toRequest("GET", "nothing", {}),
    "an asterisk for a target": toRequest("GET", "*", {}),
    "a backslash in a target": toRequest("GET", "/\\\\evil", {}),
    "a host with a space": toRequest("GET", "/", { host: "a b" }),
    "a host with a port that can't be": toRequest("GET", "/", { host: "x:99999999" }),
    "a host beyond ASCII": toRequest("GET", "/", { host: "é" }),
    "headers without end": `GET / HTTP/1.1\r\nhost: x\r\nx: ${"a".repeat(70_000)}\r\n\r\n`,
    "a target without end": `GET /${"a".repeat(70_000)} HTTP/1.1\r\nhost: x\r\n\r\n`,
  };
  for (const [label, text] of Object.entries(unparsable)) {
    it(`${label}: refused with a status of its own`, async () => {
      const reply = await sendRaw(server.url, text);
      expect([400, 404, 413, 414, 431, 505], label).toContain(reply.status);
      await expectToGoOn();
    });
  }

  const credentials = [
    "",
    "Bearer",
    "Bearer ",
    "Basic YTpi",
    "bearer  x",
    `Bearer ${"x".repeat(9_000)}`,
    "Bearer a b",
    "Token x",
  ];
  for (const value of credentials) {
    it(`authorization "${value.slice(0, 20)}": unauthenticated`, async () => {
      const reply = await sendRaw(server.url, toRequest("GET", `${prefix}/users/me`, { authorization: value }));
      expect(codeOf(reply, value)).toBe("unauthenticated");
      expect(reply.headers.get("www-authenticate")).toBe("Bearer");
    });
  }

  it("a device id or a request id that can't be is not taken over", async () => {
    const headers = { "x-device-id": "x".repeat(500), "x-request-id": "a b\u00e9" };
    const reply = await send("GET", `${prefix}/users/me`, headers);
    expect(reply.status).toBe(200);
    expect(reply.headers.get("x-request-id")).toMatch(/^[\w-]+$/);
  });

  it("a target with another host in it is a path like any other", async () => {
    const reply = await send("GET", `http://elsewhere.example${prefix}/nothing`);
    expect(codeOf(reply, "absolute")).toBe("not_found");
  });
});

describe("afterwards", () => {
  it("a name with NUL in a good token does not hurt", async () => {
    const tokens = createTokenIssuer(testSecret, systemClock);
    for (const name of ["a\0b", "\ud800", "\0"]) {
      const { token } = await tokens.issue(
        { tenantId: "default", userId: `odd-${name.charCodeAt(0)}-${name.length}`, name },
        60,
      );
      const reply = await sendRaw(
        server.url,
        toRequest("GET", `${prefix}/users/me`, { authorization: `Bearer ${token}` }),
      );
      if (reply.status !== 200) codeOf(reply, JSON.stringify(name));
      else expect(JSON.parse(reply.text).data.name.includes("\0")).toBe(false);
    }
  });

  it("the server goes on, and nothing was a fault of it", async () => {
    await expectToGoOn();
    expect(log.faults()).toEqual([]);
  });
});
