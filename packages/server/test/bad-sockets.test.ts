/** Bad use of the socket door: events, acknowledgements, packets and frames that no proper client sends. */
import { events } from "@pipit/protocol/events";
import type { Socket } from "socket.io-client";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { sendSocket } from "./setup/bad-doors.ts";
import { checkFailure } from "./setup/check-reply.ts";
import { createFixtures, type Fixture } from "./setup/good-inputs.ts";
import { connectRawSocket, openRawSocket, type RawSocket } from "./setup/raw-socket.ts";
import { startTestServer, type TestServer } from "./setup/test-server.ts";
import { createWatchedLog } from "./setup/watched-log.ts";

const log = createWatchedLog();
const maxFrameBytes = 262_144;

let server: TestServer;
let fixture: Fixture;
let socket: Socket;
let room: string;

beforeAll(async () => {
  server = await startTestServer({ log, maxFrameBytes });
  const makeFixture = await createFixtures(server);
  fixture = await makeFixture();
  room = fixture.roomId;
});
beforeEach(async () => {
  if (!socket?.connected) socket = await server.socket(fixture.owner);
});
afterAll(() => server.close());

function once(from: Socket, event: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no ${event}`)), 5_000);
    from.once(event, (payload) => {
      clearTimeout(timer);
      resolve(payload);
    });
  });
}

async function expectToGoOn(): Promise<void> {
  expect(await sendSocket(socket, "unread:get", {})).toMatchObject({ success: true });
}

describe("events", () => {
  for (const event of [
    "no:such",
    "",
    " ",
    "__proto__",
    "constructor",
    "toString",
    "error",
    "message:receive",
    "é\0",
    "\ud800",
    "x".repeat(100_000),
  ]) {
    it(`"${event.slice(0, 20)}" names no operation: invalid_request`, async () => {
      expect(checkFailure(await sendSocket(socket, event, {}), event.slice(0, 20))).toBe("invalid_request");
      const told = once(socket, "request:error");
      socket.emit(event, {});
      expect(events["request:error"].payload.parse(await told).code).toBe("invalid_request");
      await expectToGoOn();
    });
  }

  const payloads: Record<string, unknown[]> = {
    text: ["text"],
    "a number": [5],
    true: [true],
    "a list": [[]],
    "a list with an object": [[{}]],
    "two objects": [{}, {}],
    "an object and null": [{}, null],
    "thirty thousand arguments": new Array(30_000).fill(1),
    "a buffer": [Buffer.from("x")],
    "a buffer for text": [{ room_id: "x", content: Buffer.from("x") }],
    "a buffer in a list": [{ room_id: "x", content: "x", meta_data: { mentions: [Buffer.from("ada")] } }],
    "a buffer in an unknown field": [{ room_id: "x", content: "x", unknown: Buffer.from("x") }],
    "a big buffer": [{ room_id: "x", content: "x", unknown: Buffer.alloc(100_000) }],
    "ten buffers": [new Array(10).fill(Buffer.from("x"))],
  };
  for (const [label, args] of Object.entries(payloads)) {
    it(`${label} as the payload: invalid_request, with an acknowledgement and without`, async () => {
      expect(checkFailure(await sendSocket(socket, "message:send", ...args), label)).toBe("invalid_request");
      const told = once(socket, "message:error");
      socket.emit("message:send", ...args);
      expect(await told).toMatchObject({ code: "invalid_request", error: expect.any(String) });
      await expectToGoOn();
    });
  }

  it("no payload, or null, is an empty object", async () => {
    for (const args of [[], [null], [undefined]]) {
      expect(await sendSocket(socket, "unread:get", ...args)).toMatchObject({ success: true });
      expect(checkFailure(await sendSocket(socket, "message:send", ...args), "empty")).toBe("invalid_request");
    }
  });

  it("an acknowledgement for what the server never asked is ignored", async () => {
    const raw = await connectRawSocket(server.url, fixture.owner.token);
    for (const frame of [
      "430[]",
      '43999[{"success":true}]',
      "4399999999999999999999[1]",
      '461-0[{"_placeholder":true,"num":0}]',
    ]) {
      raw.send(frame);
      if (frame.startsWith("46")) raw.send(new Uint8Array([1]));
    }
    raw.send('427["unread:get",{}]');
    expect(JSON.parse(await raw.hears("437"))).toMatchObject([{ success: true }]);
    raw.close();
  });
});

describe("acknowledgement ids", () => {
  let raw: RawSocket;
  beforeEach(async () => {
    raw = await connectRawSocket(server.url, fixture.owner.token);
  });

  for (const [id, answer] of [
    ["0", "430["],
    ["007", "437["],
    ["9007199254740993", "439007199254740992["],
    ["99999999999999999999", "43100000000000000000000["],
  ] as const) {
    it(`${id} is answered`, async () => {
      raw.send(`42${id}["unread:get",{}]`);
      expect(JSON.parse(`[${await raw.hears(answer)}`)).toMatchObject([{ success: true }]);
      raw.close();
    });
  }

  it("a huge one does not hurt", async () => {
    raw.send(`42${"9".repeat(400)}["unread:get",{}]`);
    raw.send('421["unread:get",{}]');
    expect(JSON.parse(await raw.hears("431"))).toMatchObject([{ success: true }]);
    raw.close();
  });

  it("one that is used twice is answered twice", async () => {
    const send = (content: string) => raw.send(`425${JSON.stringify(["message:send", { room_id: room, content }])}`);
    send("one");
    send("two");
    await expect.poll(() => raw.received.filter((frame) => frame.startsWith("435[")).length).toBe(2);
    const contents = raw.received
      .filter((frame) => frame.startsWith("435["))
      .map((frame) => JSON.parse(frame.slice(3))[0]);
    expect(contents.map((reply) => reply.data.content).sort()).toEqual(["one", "two"]);
    raw.close();
  });

  it("without one, a reply event comes", async () => {
    raw.send('42["unread:get",{}]');
    expect(JSON.parse(`[${await raw.hears('42["unread:count",')}`)).toMatchObject([{ total_unread: 0 }]);
    raw.close();
  });
});

const deep = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;

describe("packets", () => {
  const deadly: Record<string, (string | Uint8Array<ArrayBuffer>)[]> = {
    "no Engine.IO packet": ["x"],
    "an empty frame": [""],
    "an unknown Engine.IO type": ["9"],
    "an empty message": ["4"],
    "an unknown Socket.IO type": ["49"],
    "a second connect": ["40"],
    "a second connect with a payload": ['40{"token":"x"}'],
    "an event that is no list": ['42{"a":1}'],
    "an event of an empty list": ["42[]"],
    "an event without a name": ["42[null]"],
    "an event of broken JSON": ['42["unread:get"'],
    "an event with a reserved name": ['42["disconnect"]'],
    "another event with a reserved name": ['42["newListener",{}]'],
    "a connect error": ['44{"message":"x"}'],
    "an event of another namespace": ['42/other,["unread:get",{}]'],
    "a namespace without end": [`42/${"x".repeat(50_000)}`],
    "a binary event without a count": ['45-["message:send"]'],
    "a binary event of no attachments": ['450-["message:send"]'],
    "a binary event of a million attachments": ['451000000-["message:send"]'],
    "a binary event of 1e9 attachments": ['451e9-["message:send"]'],
    "a binary event whose attachment is text": [
      '451-["message:send",{"_placeholder":true,"num":0}]',
      '42["unread:get"]',
    ],
    "an attachment that is not there": ['451-["message:send",{"_placeholder":true,"num":9}]', new Uint8Array([1])],
    "a negative attachment": ['451-["message:send",{"_placeholder":true,"num":-1}]', new Uint8Array([1])],
    "an attachment in the name": ['451-[{"_placeholder":true,"num":0}]', new Uint8Array([1])],
    "a deep binary event": [`451-["message:send",${deep(60_000)}]`, new Uint8Array([1])],
    "bytes out of nowhere": [new Uint8Array([4, 2, 0, 255])],
    "a frame over the limit": [`42["message:send",{"content":"${"x".repeat(maxFrameBytes)}"}]`],
    "bytes over the limit": [new Uint8Array(maxFrameBytes + 1)],
    "a ping": ["2"],
  };
  for (const [label, frames] of Object.entries(deadly)) {
    it(`${label}: the socket is closed, and only that one`, async () => {
      const raw = await connectRawSocket(server.url, fixture.owner.token);
      for (const frame of frames) raw.send(frame);
      const code = await Promise.race([raw.closed, new Promise((resolve) => setTimeout(resolve, 3_000, "still open"))]);
      raw.close();
      expect(code, label).toBeTypeOf("number");
      await expectToGoOn();
    });
  }

  const harmless: Record<string, string[]> = {
    "an event without data": ["42"],
    "an event with only an id": ["425"],
    "a number for a name": ["42[5,{}]"],
    "an event whose name is a huge number": ["42[1e400,{}]"],
    "pongs that nobody asked for": ["3", "3", "3"],
    "a no-op": ["6"],
    "an end that the transport does not follow": ["1"],
    "a deep payload": [`42["message:send",${deep(100_000)}]`],
    "a deep field": [`42["message:send",{"content":${deep(100_000)}}]`],
    "a deep unknown field": [`42["message:send",{"content":"x","x":${deep(100_000)}}]`],
    "a placeholder without attachment": ['42["message:send",{"_placeholder":true,"num":0}]'],
    "prototype keys": ['42["message:send",{"__proto__":{"content":"x"},"constructor":{"prototype":{}}}]'],
    "a lone surrogate": ['42["message:send",{"room_id":"x","content":"\\ud800"}]'],
    "the default namespace by name": ['42/,["unread:get",{}]'],
  };
  for (const [label, frames] of Object.entries(harmless)) {
    it(`${label}: the socket lives on`, async () => {
      const raw = await connectRawSocket(server.url, fixture.owner.token);
      for (const frame of frames) raw.send(frame);
      raw.send('42777["unread:get",{}]');
      expect(JSON.parse(await raw.hears("43777"))).toMatchObject([{ success: true }]);
      raw.close();
    });
  }

  it("another namespace is refused, and there are none", async () => {
    const raw = await connectRawSocket(server.url, fixture.owner.token);
    for (const name of ["/admin", "/__proto__", `/${"x".repeat(1_000)}`]) {
      raw.send(`40${name},${JSON.stringify({ token: fixture.owner.token })}`);
      expect(JSON.parse(await raw.hears(`44${name},`))).toMatchObject({ message: "Invalid namespace" });
    }
    raw.send('427["unread:get",{}]');
    expect(JSON.parse(await raw.hears("437"))).toMatchObject([{ success: true }]);
    raw.close();
  });
});

describe("before a socket is let in", () => {
  for (const frame of [
    '42["unread:get",{}]',
    '42["message:send",{"content":"x"}]',
    "41",
    "431[{}]",
    '40"token"',
    "40[]",
    "40{",
    "40null",
    "405{}",
  ]) {
    it(`${frame}: closed`, async () => {
      const raw = await openRawSocket(server.url);
      raw.send(frame);
      if (frame === "405{}") expect(JSON.parse(await raw.hears("44")).data.code).toBe("unauthenticated");
      else expect(await raw.closed).toBeTypeOf("number");
      raw.close();
    });
  }

  const auths = [
    undefined,
    {},
    { token: "" },
    { token: null },
    { token: 5 },
    { token: ["x"] },
    { token: { toString: 1 } },
    { token: "x".repeat(50_000) },
    { token: "\0" },
    { token: "a.b.c" },
  ];
  for (const auth of auths) {
    it(`signing in with ${JSON.stringify(auth)?.slice(0, 40)}: unauthenticated`, async () => {
      const raw = await openRawSocket(server.url);
      raw.send(`40${auth === undefined ? "" : JSON.stringify(auth)}`);
      const refusal = JSON.parse(await raw.hears("44"));
      expect(refusal.data).toMatchObject({ code: "unauthenticated", error: expect.any(String) });
      raw.close();
    });
  }

  it("an odd device id does not keep a socket out", async () => {
    for (const device_id of [5, null, "", "x".repeat(500), "\0", {}, ["a"]]) {
      const raw = await openRawSocket(server.url);
      raw.send(`40${JSON.stringify({ token: fixture.owner.token, device_id })}`);
      await raw.hears("40{");
      raw.close();
    }
  });

  it("events that follow the connect packet at once are not half done", async () => {
    const raw = await openRawSocket(server.url);
    raw.send(`40${JSON.stringify({ token: fixture.owner.token })}`);
    raw.send(`421${JSON.stringify(["message:send", { room_id: room, content: "too early" }])}`);
    const outcome = await Promise.race([raw.closed, raw.hears("431")]);
    const { data } = (await fixture.owner.rest.get(`/rooms/${room}/messages?limit=100`)).body;
    const isThere = data.some((message: { content: string }) => message.content === "too early");
    expect(isThere).toBe(typeof outcome === "string");
    raw.close();
  });
});

describe("the long-polling transport", () => {
  const at = (query: string) => `${server.url}/socket.io/${query}`;
  const call = async (query: string, init: RequestInit = {}) => {
    const response = await fetch(at(query), { ...init, signal: AbortSignal.timeout(5_000) });
    return { status: response.status, text: await response.text() };
  };
  const open = async () => JSON.parse((await call("?EIO=4&transport=polling")).text.slice(1)).sid as string;

  for (const query of [
    "",
    "?EIO=4",
    "?EIO=4&transport=carrier-pigeon",
    "?EIO=4&transport=polling&sid=none",
    "?EIO=99&transport=polling",
    "?EIO=3&transport=polling",
    "?EIO=4&transport=__proto__",
    "?EIO=4&transport=constructor",
  ]) {
    it(`${query || "no query"} is a bad request`, async () => expect((await call(query)).status).toBe(400));
  }

  for (const body of ["garbage", "4", "99999:x", "bAAAA", "\x1e\x1e\x1e", '42["unread:get",{}]', "40{"]) {
    it(`${JSON.stringify(body)} as a packet is answered, and the server goes on`, async () => {
      const sid = await open();
      const { status } = await call(`?EIO=4&transport=polling&sid=${sid}`, { method: "POST", body });
      expect([200, 400]).toContain(status);
      await expectToGoOn();
    });
  }

  it("a body over the limit: 413", async () => {
    const sid = await open();
    const body = "4".repeat(maxFrameBytes + 1);
    expect((await call(`?EIO=4&transport=polling&sid=${sid}`, { method: "POST", body })).status).toBe(413);
  });

  it("a second poll at the same time ends the session, not the server", async () => {
    const sid = await open();
    const polls = await Promise.allSettled([1, 2].map(() => call(`?EIO=4&transport=polling&sid=${sid}`)));
    expect(polls).toHaveLength(2);
    await expectToGoOn();
  });

  for (const method of ["PUT", "DELETE", "PATCH"]) {
    it(`${method} is a bad request, with a session and without`, async () => {
      for (const session of ["", `&sid=${await open()}`]) {
        const { status } = await call(`?EIO=4&transport=polling${session}`, { method });
        expect([400, 405], session).toContain(status);
      }
    });
  }
});

describe("afterwards", () => {
  it("nothing that was acknowledged is lost, and nothing was a fault of the server", async () => {
    const ids: string[] = [];
    for (let n = 0; n < 20; n += 1) {
      const reply = await socket.timeout(5_000).emitWithAck("message:send", { room_id: room, content: `m${n}` });
      ids.push(reply.data.id);
    }
    const { data } = (await fixture.owner.rest.get(`/rooms/${room}/messages?limit=100`)).body;
    expect(data.map((message: { id: string }) => message.id)).toEqual(expect.arrayContaining(ids));
    const sequences = data.map((message: { sequence_number: number }) => message.sequence_number);
    expect(sequences).toEqual(sequences.map((_: number, index: number) => index + 1));
    expect(log.faults()).toEqual([]);
  });
});
