/**
 * Bad input, made from the table: every field of every operation over each door gets what it should not take. Each reply
 * has the envelope and a code that the operation declares, none is a fault of the server, and the server goes on.
 */
import type { Operation } from "@pipit/protocol/operation";
import { listOperations, type OperationName, operations } from "@pipit/protocol/operations";
import fc from "fast-check";
import type { Socket } from "socket.io-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sendRest, sendSocket, toRestRequest } from "./setup/bad-doors.ts";
import { badValues, listFields, mustRefuse, nest, spoil } from "./setup/bad-values.ts";
import { checkReply } from "./setup/check-reply.ts";
import { createFixtures, type Fixture, goodInputs, type Input } from "./setup/good-inputs.ts";
import { startTestServer, type TestServer, testAdminKey } from "./setup/test-server.ts";
import { createWatchedLog } from "./setup/watched-log.ts";

const log = createWatchedLog();
const seed = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31));
const atOnce = 16;

let server: TestServer;
let makeFixture: () => Promise<Fixture>;
let fixture: Fixture;
let untouched: Fixture;
let socket: Socket;

beforeAll(async () => {
  server = await startTestServer({ log });
  makeFixture = await createFixtures(server);
  untouched = await makeFixture();
  fixture = untouched;
  socket = await server.socket(fixture.owner);
});
afterAll(() => server.close());

type Door = "rest" | "socket";
type Outcome = string | undefined;

/** @returns the code or `ok`, or undefined for what this door can't carry. */
async function tryInput(door: Door, operation: Operation, input: Input, label: string): Promise<Outcome> {
  return door === "rest" ? tryRest(operation, input, label) : trySocket(operation, input, label);
}

async function tryRest(operation: Operation, input: Input, label: string): Promise<Outcome> {
  const request = toRestRequest(operation, input);
  if (!request || !operation.rest) return undefined;
  const token = operation.access === "service" ? testAdminKey : fixture.owner.token;
  const { status, reply } = await sendRest(server.url, token, operation.rest.method, request.path, request.body);
  if (!request.reachesRoute) {
    const elsewhere = listOperations().flatMap((entry) => entry.operation.errors);
    return checkReply({ ...operation, errors: [...elsewhere, "not_found"] }, reply, label, status);
  }
  const code = checkReply(operation, reply, label, status);
  if (mustRefuse(operation, request.seen)) expect(code, label).toBe("invalid_request");
  return code;
}

async function trySocket(operation: Operation, input: Input, label: string): Promise<Outcome> {
  const reply = await sendSocket(socket, operation.socket?.event ?? "", input);
  const code = checkReply(operation, reply, label);
  if (mustRefuse(operation, input)) expect(code, label).toBe("invalid_request");
  return code;
}

async function tryAll(door: Door, name: OperationName, operation: Operation, inputs: readonly [string, Input][]) {
  const outcomes: Outcome[] = [];
  for (let start = 0; start < inputs.length; start += atOnce) {
    const tries = inputs.slice(start, start + atOnce);
    outcomes.push(
      ...(await Promise.all(
        tries.map(([label, input]) => tryInput(door, operation, input, `${name} over ${door}: ${label}`)),
      )),
    );
  }
  await expectToGoOn();
  return outcomes;
}

/** Both doors still answer a good request. */
async function expectToGoOn(): Promise<void> {
  expect((await sendRest(server.url, fixture.owner.token, "GET", "/users/me", undefined)).status).toBe(200);
  expect(await sendSocket(socket, "unread:get", {})).toMatchObject({ success: true });
}

function listSpoilt(operation: Operation, good: Input): [string, Input][] {
  return listFields(operation.input).flatMap((path) => {
    const field = path.join(".");
    const values: [string, Input][] = badValues.map(([label, value]) => [
      `${field} is ${label}`,
      spoil(good, path, value),
    ]);
    return [[`${field} is missing`, spoil(good, path, undefined)], ...values];
  });
}

function listStrange(good: Input): [string, Input][] {
  const prototypes = JSON.parse('{"__proto__":{"content":"x"},"constructor":{"name":"x"},"toString":1}') as Input;
  return [
    ["nothing at all", {}],
    ["only prototype keys", prototypes],
    ["an unknown field with NUL", { ...good, unknown: "\0" }],
    ["an unknown field with half a character", { ...good, unknown: { deep: ["\ud800"] } }],
    ["an unknown field that is deep", { ...good, unknown: nest(1_000) }],
    ["an unknown field of many values", { ...good, unknown: new Array(25_000).fill("x") }],
    [
      "ten thousand unknown fields",
      { ...good, ...Object.fromEntries([...Array(10_000).keys()].map((i) => [`k${i}`, i])) },
    ],
  ];
}

/** What only reads leaves it as it was, and needs one that nothing else has been tried with. */
async function renewFixture({ limit }: Operation): Promise<void> {
  fixture = limit === "read" ? untouched : await makeFixture();
}

describe("every field of every operation", () => {
  for (const { name, operation } of listOperations()) {
    for (const door of ["rest", "socket"] as const) {
      if (!operation[door]) continue;
      it(`${name} over ${door} refuses bad values with a declared code`, async () => {
        await renewFixture(operation);
        const good = goodInputs[name](fixture);
        await tryAll(door, name, operation, [...listSpoilt(operation, good), ...listStrange(good)]);
      });
    }
  }

  it("no bad value was a fault of the server", () => expect(log.faults()).toEqual([]));
});

describe("unknown fields are ignored", () => {
  const unknown = JSON.parse('{"unknown_field":{"a":[1,null]},"__proto__":{"x":1},"constructor":"x"}') as Input;
  for (const { name, operation } of listOperations()) {
    for (const door of ["rest", "socket"] as const) {
      if (!operation[door]) continue;
      it(`${name} over ${door}`, async () => {
        await renewFixture(operation);
        const good = goodInputs[name](fixture);
        const extra =
          operation.rest?.method === "GET" || operation.rest?.method === "DELETE" ? { unknown_field: "x" } : unknown;
        expect(await tryInput(door, operation, { ...good, ...(door === "rest" ? extra : unknown) }, name)).toBe("ok");
      });
    }
  }
});

describe("ids that are not the caller's to know", () => {
  it("[G9] another tenant's room, message and users answer as what does not exist", async () => {
    fixture = await makeFixture();
    const stranger = await server.person("stranger", "elsewhere");
    const room = (await stranger.rest.post("/rooms", { name: "Theirs", type: "group" })).body.data.id;
    const message = (await stranger.rest.post(`/rooms/${room}/messages`, { content: "secret" })).body.data.id;
    const theirs = { room_id: room, message_id: message, user_id: "stranger", reply_to: message };
    for (const { name, operation } of listOperations()) {
      const good = goodInputs[name](fixture);
      for (const field of Object.keys(theirs) as (keyof typeof theirs)[]) {
        if (!(field in operation.input.shape) || operation.access === "service") continue;
        for (const door of ["rest", "socket"] as const) {
          if (!operation[door]) continue;
          const label = `${name}.${field} over ${door}`;
          const outcome = await tryInput(door, operation, { ...good, [field]: theirs[field] }, label);
          // markSeen and its like look at message_id alone when it is given.
          if (outcome !== "ok") expect(outcome, label).toBe("not_found");
          else expect([field, good.message_id], label).toEqual(["room_id", fixture.messageId]);
        }
      }
    }
    expect((await stranger.rest.get(`/rooms/${room}/messages`)).body.data).toHaveLength(1);
  });

  it("mentions of those who are not members are dropped", async () => {
    fixture = await makeFixture();
    const body = { content: "hi", meta_data: { mentions: ["stranger", "newcomer", "bystander"] } };
    const sent = await fixture.owner.rest.post(`/rooms/${fixture.roomId}/messages`, body);
    expect(sent.body.data.meta_data.mentions).toEqual(["bystander"]);
  });
});

describe("cursors that this list did not give", () => {
  const nil = "00000000-0000-0000-0000-000000000000";
  const forged: Record<string, unknown> = {
    "a moment before the calendar": { at: "0000-01-01T00:00:00Z", id: nil },
    "a moment with a long fraction": { at: `2020-01-01T00:00:00.${"1".repeat(400)}Z`, id: nil },
    "a moment in a far zone": { at: "9999-12-31T23:59:59-23:59", id: nil },
    "no moment": { at: null, id: nil },
    "an id of another form": { at: "2020-01-01T00:00:00Z", id: "{" },
    "a user who can't be": { after: "\0" },
    "a user whose id is a list": { after: ["a"] },
    "the largest of all users": { after: "~".repeat(128) },
    "a transaction to come": { since: "9".repeat(19), account: 0 },
    "a round that ends in the far future": { since: "0", account: 0, until: "9".repeat(19), after: nil },
    "an account that is far ahead": { since: "0", account: Number.MAX_SAFE_INTEGER },
    "a negative account": { since: "0", account: -1 },
    "a transaction that is no number": { since: "1e9", account: 0 },
    "a prototype": { __proto__: null, constructor: {} },
  };
  for (const { name, operation } of listOperations()) {
    if (!("cursor" in operation.input.shape)) continue;
    it(name, async () => {
      fixture = await makeFixture();
      const good = goodInputs[name](fixture);
      for (const door of ["rest", "socket"] as const) {
        for (const [label, key] of Object.entries(forged)) {
          if (!operation[door]) continue;
          const cursor = Buffer.from(JSON.stringify(key)).toString("base64url");
          await tryInput(door, operation, { ...good, cursor }, `${name} over ${door}: a cursor of ${label}`);
        }
      }
    });
  }
});

/** Text with a taste for what breaks parsers: quotes, controls, other scripts, and now and then half a character. */
const wildText = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: "grapheme", maxLength: 60 }) },
  { weight: 3, arbitrary: fc.string({ unit: "binary", maxLength: 60 }) },
  { weight: 1, arbitrary: fc.constantFrom("\0", "\ud800", "\\u0000", "\u2028", "\ufeff", "\\", '"', "null", "NaN") },
);
const wildValue = fc.oneof(
  wildText,
  fc.double(),
  fc.maxSafeInteger(),
  fc.jsonValue({ maxDepth: 4 }),
  fc.constantFrom(...badValues.map(([, value]) => value)),
);

/** What takes the room or its message away from the tries that follow. */
const destructive = new Set<OperationName>(["messages.delete", "members.remove", "groups.leave", "rooms.delete"]);

describe(`random input (FUZZ_SEED=${seed})`, () => {
  for (const door of ["rest", "socket"] as const) {
    const rows = listOperations().filter(({ operation }) => operation[door]);
    it(`over ${door}`, async () => {
      fixture = await makeFixture();
      const before = log.faults().length;
      const anyInput = fc.constantFrom(...rows.map(({ name }) => name)).chain((name) => {
        const fields = Object.keys(operations[name].input.shape);
        const changed = fields.length === 0 ? fc.constant({}) : fc.dictionary(fc.constantFrom(...fields), wildValue);
        return fc.tuple(fc.constant(name), changed, fc.dictionary(wildText, wildValue, { maxKeys: 3 }));
      });
      await fc.assert(
        fc.asyncProperty(anyInput, async ([name, changed, unknown]) => {
          const input = toJson({ ...unknown, ...goodInputs[name](fixture), ...changed });
          const outcome = await tryInput(door, operations[name], input, `${name} over ${door}`);
          if (outcome === "ok" && destructive.has(name)) fixture = await makeFixture();
        }),
        { seed, numRuns: 600 },
      );
      await expectToGoOn();
      expect(log.faults().slice(before)).toEqual([]);
    });
  }
});

function toJson(input: unknown): Input {
  return JSON.parse(JSON.stringify(input)) as Input;
}
