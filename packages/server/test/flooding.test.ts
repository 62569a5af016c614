/** Too much of what is allowed: sends, handshakes, bad tokens, sockets of one user; and pages of other origins. */
import { io, type Socket } from "socket.io-client";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { sendRest, sendSocket } from "./setup/bad-doors.ts";
import { checkFailure } from "./setup/check-reply.ts";
import { openRawSocket } from "./setup/raw-socket.ts";
import { type Person, startTestServer, type TestServer } from "./setup/test-server.ts";
import { createWatchedLog } from "./setup/watched-log.ts";

const log = createWatchedLog();
const maxSockets = 3;
const goodOrigin = "https://app.example";

let server: TestServer;
const open: Socket[] = [];

beforeAll(async () => {
  server = await startTestServer({
    log,
    rateLimits: true,
    rateSend: { points: 5, seconds: 10 },
    rateWrite: { points: 1_000, seconds: 10 },
    rateRead: { points: 1_000, seconds: 10 },
    rateFailure: { points: 20, seconds: 60 },
    maxDevicesOnline: maxSockets,
    allowedOrigins: [goodOrigin],
  });
});
afterEach(() => {
  for (const socket of open.splice(0)) socket.disconnect();
});
afterAll(async () => {
  await server.close();
  expect(log.faults()).toEqual([]);
});

type Outcome = { socket: Socket } | { refusal: { code?: string; error?: string; retry_after?: number } | undefined };

/** Connects, or says what it was refused with. */
function tryConnect(token: string, options: { origin?: string; transports?: string[] } = {}): Promise<Outcome> {
  const socket = io(server.url, {
    auth: { token },
    transports: options.transports ?? ["websocket"],
    forceNew: true,
    reconnection: false,
    timeout: 5_000,
    ...(options.origin === undefined ? {} : { extraHeaders: { origin: options.origin } }),
  });
  open.push(socket);
  return new Promise((resolve) => {
    socket.once("connect", () => resolve({ socket }));
    socket.once("connect_error", (error) => resolve({ refusal: "data" in error ? (error.data as object) : undefined }));
  });
}

function refusalsOf(outcomes: readonly Outcome[]) {
  return outcomes.flatMap((outcome) => ("refusal" in outcome ? [outcome.refusal] : []));
}

async function makeRoom(person: Person): Promise<string> {
  return (await person.rest.post("/rooms", { type: "group", name: "Flood" })).body.data.id;
}

async function listContents(person: Person, room: string): Promise<string[]> {
  const { data } = (await person.rest.get(`/rooms/${room}/messages?limit=100`)).body;
  return data.map((message: { content: string }) => message.content);
}

describe("flooding with sends", () => {
  it("over the socket: rate_limited with retry_after, and what was acknowledged is there", async () => {
    const ada = await server.person("flood-socket");
    const room = await makeRoom(ada);
    const socket = await server.socket(ada);
    const contents = Array.from({ length: 60 }, (_, n) => `s${n}`);
    const replies = await Promise.all(
      contents.map((content) => sendSocket(socket, "message:send", { room_id: room, content })),
    );
    const sent = contents.filter((_, n) => isSent(replies[n]));
    expect(sent).toHaveLength(5);
    expect((await listContents(ada, room)).sort()).toEqual(sent.sort());
    expect(await sendSocket(socket, "unread:get", {})).toMatchObject({ success: true });
  });

  it("without acknowledgements: the error event says the same", async () => {
    const ada = await server.person("flood-events");
    const room = await makeRoom(ada);
    const socket = await server.socket(ada);
    const refusals: unknown[] = [];
    let sent = 0;
    const all = new Promise<void>((resolve) => {
      const count = () => refusals.length + sent === 20 && resolve();
      socket.on("message:sent", () => {
        sent += 1;
        count();
      });
      socket.on("message:error", (failure) => {
        refusals.push(failure);
        count();
      });
    });
    for (let n = 0; n < 20; n += 1) socket.emit("message:send", { room_id: room, content: `e${n}` });
    await all;
    expect(await listContents(ada, room)).toHaveLength(sent);
    expect(sent).toBe(5);
    for (const refusal of refusals)
      expect(refusal).toMatchObject({ code: "rate_limited", retry_after: expect.any(Number) });
  });

  it("over REST: 429 with Retry-After; both doors share the allowance", async () => {
    const ada = await server.person("flood-rest");
    const room = await makeRoom(ada);
    const socket = await server.socket(ada);
    const path = `/rooms/${room}/messages`;
    const overRest = Array.from({ length: 30 }, async (_, n) => {
      const answer = await sendRest(server.url, ada.token, "POST", path, JSON.stringify({ content: `r${n}` }));
      if (answer.status === 201) return `r${n}`;
      expect(checkFailure(answer.reply, "rest", answer.status)).toBe("rate_limited");
      const retryAfter = Number(answer.headers.get("retry-after"));
      expect(retryAfter).toBe((answer.reply as { retry_after: number }).retry_after);
      expect(retryAfter).toBeLessThanOrEqual(10);
      return undefined;
    });
    const overSocket = Array.from({ length: 30 }, async (_, n) =>
      isSent(await sendSocket(socket, "message:send", { room_id: room, content: `s${n}` })) ? `s${n}` : undefined,
    );
    const sent = (await Promise.all([...overRest, ...overSocket])).filter((content) => content !== undefined);
    expect(sent).toHaveLength(5);
    expect((await listContents(ada, room)).sort()).toEqual(sent.sort());
  });

  it("one user's flood is not another's", async () => {
    const ada = await server.person("flood-ada");
    const bob = await server.person("flood-bob");
    const room = await makeRoom(ada);
    const send = (person: Person, to: string) => person.rest.post(`/rooms/${to}/messages`, { content: "x" });
    await Promise.all(Array.from({ length: 20 }, () => send(ada, room)));
    expect((await send(bob, await makeRoom(bob))).status).toBe(201);
    const namesake = await server.person("flood-ada", "elsewhere");
    expect((await send(namesake, await makeRoom(namesake))).status).toBe(201);
  });

  it("bad input counts too", async () => {
    const ada = await server.person("flood-bad");
    const socket = await server.socket(ada);
    const replies = await Promise.all(Array.from({ length: 20 }, () => sendSocket(socket, "message:send", { x: 1 })));
    const codes = replies.map((reply) => checkFailure(reply, "bad input"));
    expect(codes.filter((code) => code === "invalid_request")).toHaveLength(5);
    expect(codes.filter((code) => code === "rate_limited")).toHaveLength(15);
  });

  it("events that name no operation are limited as well", async () => {
    const socket = await server.socket(await server.person("flood-unknown"));
    const replies = await Promise.all(Array.from({ length: 2_000 }, () => sendSocket(socket, "no:such", {})));
    const codes = new Set(replies.map((reply) => checkFailure(reply, "unknown event")));
    expect([...codes].sort()).toEqual(["invalid_request", "rate_limited"]);
  });
});

function isSent(reply: unknown): boolean {
  if ((reply as { success: boolean }).success) return true;
  expect(checkFailure(reply, "a flood")).toBe("rate_limited");
  expect((reply as { retry_after: number }).retry_after).toBeLessThanOrEqual(10);
  return false;
}

describe("many sockets of one user", () => {
  it("beyond the limit: rate_limited with retry_after; others and other tenants get in", async () => {
    const ada = await server.person("many");
    const outcomes: Outcome[] = [];
    for (let n = 0; n < maxSockets + 2; n += 1) outcomes.push(await tryConnect(ada.token));
    const refusals = refusalsOf(outcomes);
    expect(refusals).toHaveLength(2);
    for (const refusal of refusals) expect(refusal).toMatchObject({ code: "rate_limited" });
    expect("socket" in (await tryConnect((await server.person("other")).token))).toBe(true);
    expect("socket" in (await tryConnect((await server.person("many", "elsewhere")).token))).toBe(true);
  });

  it("the refusal says when to come back", async () => {
    const ada = await server.person("many-later");
    for (let n = 0; n < maxSockets; n += 1) await tryConnect(ada.token);
    const [refusal] = refusalsOf([await tryConnect(ada.token)]);
    expect(refusal).toMatchObject({ code: "rate_limited", retry_after: expect.any(Number) });
  });

  it("all at once: as many as the limit, no more", async () => {
    const ada = await server.person("many-at-once");
    const outcomes = await Promise.all(Array.from({ length: 12 }, () => tryConnect(ada.token)));
    expect(refusalsOf(outcomes)).toHaveLength(12 - maxSockets);
  });

  it("a place becomes free when a socket goes", async () => {
    const ada = await server.person("many-free");
    const outcomes: Outcome[] = [];
    for (let n = 0; n < maxSockets; n += 1) outcomes.push(await tryConnect(ada.token));
    const [first] = outcomes;
    if (!first || !("socket" in first)) throw new Error("the first was refused");
    first.socket.disconnect();
    await expect.poll(async () => "socket" in (await tryConnect(ada.token)), { timeout: 3_000 }).toBe(true);
  });

  it("many connect packets in one connection open no more than the limit, and hear an event once", async () => {
    const ada = await server.person("many-packets");
    const room = await makeRoom(ada);
    const raw = await openRawSocket(server.url);
    for (let n = 0; n < 10; n += 1) raw.send(`40${JSON.stringify({ token: ada.token })}`);
    await Promise.race([raw.closed, raw.hears("40{")]);
    await ada.rest.post(`/rooms/${room}/messages`, { content: "once" });
    await Promise.race([raw.closed, raw.hears('42["message:receive"')]);
    expect(raw.received.filter((frame) => frame.startsWith('42["message:receive"')).length).toBeLessThanOrEqual(1);
    raw.close();
  });
});

describe("origins", () => {
  for (const transport of ["websocket", "polling"]) {
    for (const origin of [
      "https://evil.example",
      "https://app.example.evil.example",
      "http://app.example",
      "null",
      "https://app.example:8443",
      "javascript:0",
    ]) {
      it(`${origin} is refused over ${transport}`, async () => {
        const { token } = await server.person("origins");
        expect("socket" in (await tryConnect(token, { origin, transports: [transport] }))).toBe(false);
      });
    }

    it(`an allowed origin and the server's own get in over ${transport}`, async () => {
      const { token } = await server.person("origins");
      for (const origin of [goodOrigin, server.url]) {
        const outcome = await tryConnect(token, { origin, transports: [transport] });
        expect("socket" in outcome, origin).toBe(true);
        for (const socket of open.splice(0)) socket.disconnect();
      }
    });
  }

  it("a page of another origin may not read what polling answers", async () => {
    const call = (origin: string) => fetch(`${server.url}/socket.io/?EIO=4&transport=polling`, { headers: { origin } });
    const refused = await call("https://evil.example");
    expect([refused.status, refused.headers.get("access-control-allow-origin")]).toEqual([403, null]);
    expect((await call(goodOrigin)).headers.get("access-control-allow-origin")).toBe(goodOrigin);
  });

  it("nor what REST answers", async () => {
    const call = (origin: string) => fetch(`${server.url}/api/v1/chat/users/me`, { headers: { origin } });
    expect((await call("https://evil.example")).headers.get("access-control-allow-origin")).toBeNull();
    expect((await call(goodOrigin)).headers.get("access-control-allow-origin")).toBe(goodOrigin);
  });
});

// Last, because all tests share one address: who guesses tokens from it is kept out for the rest.
describe("guessing tokens", () => {
  it("over REST: unauthenticated, then rate_limited; who has a good one is served", async () => {
    const ada = await server.person("guessed");
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, n) => sendRest(server.url, `a.b.${n}`, "GET", "/users/me", undefined)),
    );
    const codes = answers.map(({ reply, status }) => checkFailure(reply, "a guess", status));
    expect(new Set(codes)).toEqual(new Set(["unauthenticated", "rate_limited"]));
    expect((await ada.rest.get("/users/me")).status).toBe(200);
  });

  it("over the socket: unauthenticated, then rate_limited; who has a good one is let in", async () => {
    const ada = await server.person("guessed");
    const outcomes = await Promise.all(Array.from({ length: 40 }, (_, n) => tryConnect(`a.b.${n}`)));
    const codes = new Set(refusalsOf(outcomes).map((refusal) => refusal?.code));
    expect("socket" in (await tryConnect(ada.token))).toBe(true);
    expect(codes).toContain("rate_limited");
  });
});
