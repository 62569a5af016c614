/** The REST door: its envelopes, and what it makes of input. */
import { errorCodes } from "@pipit/protocol/errors";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RestReply } from "../../test/setup/rest-client.ts";
import { codeOf, makeGroup, say } from "../../test/setup/talk.ts";
import { type Person, startTestServer, type TestServer } from "../../test/setup/test-server.ts";

const maxBodyBytes = 300_000;
let server: TestServer;
let ada: Person;
let room: string;

beforeAll(async () => {
  server = await startTestServer({
    maxBodyBytes,
    rateLimits: true,
    rateReceipt: { points: 1, seconds: 60 },
    rateRead: null,
    rateWrite: null,
    rateSend: null,
  });
  [ada] = await Promise.all([server.person("ada"), server.person("bob")]);
  room = await makeGroup(ada, ["bob"]);
});
afterAll(() => server.close());

async function refuse(): Promise<Record<string, RestReply>> {
  const { id } = await say(ada, room, "soon gone");
  const theirs = await say(await server.person("bob"), room, "bob's", { client_message_id: "c" });
  await ada.rest.delete(`/messages/${id}`);
  await say(ada, room, "one", { client_message_id: "c" });
  const receipt = { kind: "read", up_to_sequence: 1 };
  await ada.rest.post(`/rooms/${room}/receipts`, receipt);
  return {
    invalid_request: await ada.rest.post(`/rooms/${room}/messages`, { content: 5 }),
    unauthenticated: await server.rest(undefined).get("/users/me"),
    forbidden: await ada.rest.put(`/messages/${theirs.id}`, { content: "mine" }),
    not_found: await ada.rest.get("/users/nobody"),
    conflict: await ada.rest.post(`/rooms/${room}/messages`, { content: "two", client_message_id: "c" }),
    gone: await ada.rest.put(`/messages/${id}`, { content: "back" }),
    too_large: await ada.rest.post(`/rooms/${room}/messages`, { content: "x".repeat(maxBodyBytes) }),
    unsupported_type: await ada.rest.call("POST", "/rooms", "<room/>", { "content-type": "application/xml" }),
    rate_limited: await ada.rest.post(`/rooms/${room}/receipts`, receipt),
  };
}

describe("envelopes", () => {
  it("[W1] success is {success, data}, with a page's pagination, and the operation's status", async () => {
    const made = await ada.rest.post("/rooms", { name: "Room" });
    expect([made.status, Object.keys(made.body).sort()]).toEqual([201, ["data", "success"]]);
    const page = await ada.rest.get("/rooms?limit=1");
    expect([page.status, Object.keys(page.body).sort()]).toEqual([200, ["data", "pagination", "success"]]);
    expect(page.body.pagination).toEqual({ has_more: true, next_cursor: expect.any(String) });
    for (const reply of [made, page]) {
      expect(reply.body.success).toBe(true);
      expect(reply.headers.get("content-type")).toMatch(/^application\/json/);
    }
  });

  it("[W1] failure has the code, a sentence and the request's id, with the code's status", async () => {
    for (const [code, reply] of Object.entries(await refuse())) {
      const { status } = errorCodes[code as keyof typeof errorCodes];
      expect([codeOf(reply), reply.status], code).toEqual([code, status]);
      const { details, retry_after, ...rest } = reply.body as typeof reply.body & { retry_after?: number };
      expect(rest, code).toEqual({
        success: false,
        code,
        error: expect.stringMatching(/^[A-Z].*\.$/),
        request_id: reply.headers.get("x-request-id"),
      });
      expect(reply.headers.get("retry-after"), code).toBe(retry_after === undefined ? null : String(retry_after));
      expect(retry_after !== undefined, code).toBe(code === "rate_limited");
      expect(details !== undefined, code).toBe(code === "invalid_request");
    }
  });

  it("[W1] details name each field that is wrong", async () => {
    const reply = await ada.rest.post("/rooms", { type: "x", name: "", member_ids: ["ok", "not ok"] });
    const paths = reply.body.details.map((detail: { path: string }) => detail.path);
    expect([...new Set(paths)].sort()).toEqual(["member_ids.1", "name", "type"]);
    for (const detail of reply.body.details) expect(detail.message).toEqual(expect.any(String));
  });

  it("[W1] an unknown path and a path of another API version are not found", async () => {
    for (const path of ["/api/v1/chat/nowhere", "/api/v2/chat/rooms", "/api/v1/chat", "/rooms"]) {
      const response = await fetch(`${server.url}${path}`, { headers: { authorization: `Bearer ${ada.token}` } });
      expect(response.status, path).toBe(404);
      expect(await response.json(), path).toMatchObject({ success: false, code: "not_found" });
    }
  });
});

describe("input", () => {
  it("[W4] fields that the operation does not know are ignored", async () => {
    const body = { content: "hi", unknown: { any: ["thing", 1, null] }, sender_id: "bob", sequence_number: 99 };
    const reply = await ada.rest.post(`/rooms/${room}/messages?also=unknown&content=other`, body);
    expect(reply.body.data).toMatchObject({ content: "hi", sender_id: "ada" });
    expect(reply.body.data).not.toHaveProperty("unknown");
    expect(codeOf(await ada.rest.get(`/rooms?unknown=1`))).toBe("ok");
  });

  it("[W4] fields that it knows are checked", async () => {
    for (const body of [{ content: ["hi"] }, { content: "hi", message_type: 7 }, { content: "hi", meta_data: [] }]) {
      expect(codeOf(await ada.rest.post(`/rooms/${room}/messages`, body)), JSON.stringify(body)).toBe(
        "invalid_request",
      );
    }
    const ofSystem = { content: "hi", message_type: "system" };
    expect(codeOf(await ada.rest.post(`/rooms/${room}/messages`, ofSystem))).toBe("unsupported_type");
    expect(codeOf(await ada.rest.get("/rooms?limit=many"))).toBe("invalid_request");
  });

  const post = (body: object) => ada.rest.post(`/rooms/${room}/messages`, { content: "hi", ...body }).then(codeOf);
  const nest = (depth: number): unknown => (depth === 0 ? "core" : [nest(depth - 1)]);

  it.each([
    ["NUL", "a\0b"],
    ["half a pair, the first", "a\ud83d"],
    ["half a pair, the second", "\ude00b"],
  ])("[W5] text with %s is refused, wherever it is", async (_, text) => {
    expect(await post({ content: text })).toBe("invalid_request");
    expect(await post({ unknown: { deep: ["ok", text] } })).toBe("invalid_request");
    expect(codeOf(await ada.rest.get(`/users?q=${encodeURIComponent("a\0b")}`))).toBe("invalid_request");
  });

  it("[W5] whole pairs are taken as they are", async () => {
    expect((await say(ada, room, "\ud83d\ude00\u202e\ufeffé")).content).toBe("\ud83d\ude00\u202e\ufeffé");
  });

  it("[W5] nesting deeper than 16 is refused", async () => {
    // The body itself is no nesting; `unknown` holds the first.
    expect(await post({ unknown: nest(16) })).toBe("ok");
    expect(await post({ unknown: nest(17) })).toBe("invalid_request");
    const body = `{"content":"hi","unknown":${"[".repeat(50_000)}${"]".repeat(50_000)}}`;
    expect(codeOf(await ada.rest.post(`/rooms/${room}/messages`, body))).toBe("invalid_request");
  });

  it.each([
    ["texts", ""],
    ["numbers", 1],
    ["lists", []],
    ["nulls", null],
  ])("[W5] more than 20,000 values are refused: %s", async (_, value) => {
    const many = (count: number) => new Array(count).fill(value);
    // Three more are the body, its content and the list.
    expect(await post({ unknown: many(19_990) })).toBe("ok");
    expect(await post({ unknown: many(20_001) })).toBe("invalid_request");
  });

  it("[W5] a body over the limit is too large, one within it is read", async () => {
    const pad = (bytes: number) => {
      const frame = JSON.stringify({ content: "hi", unknown: "" }).length;
      return JSON.stringify({ content: "hi", unknown: "x".repeat(bytes - frame) });
    };
    const send = async (body: string) => codeOf(await ada.rest.call("POST", `/rooms/${room}/messages`, body));
    expect(await send(pad(maxBodyBytes))).toBe("ok");
    expect(await send(pad(maxBodyBytes + 1))).toBe("too_large");
  });
});
