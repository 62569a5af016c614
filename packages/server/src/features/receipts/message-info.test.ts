/** [M11] Who received and read a message, and when: told from the log, and equal to what was seen to happen. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createFakeClock, createLastingPerson, type FakeClock } from "../../../test/setup/fake-clock.ts";
import { ask } from "../../../test/setup/listening.ts";
import { codeOf, makeDirect, makeGroup, say } from "../../../test/setup/talk.ts";
import { type Person, startTestServer, type TestServer, testAdminKey } from "../../../test/setup/test-server.ts";

let server: TestServer;
let clock: FakeClock;
let people: Person[];
let ada: Person;
let bob: Person;
let carl: Person;

beforeAll(async () => {
  clock = createFakeClock();
  server = await startTestServer({ clock });
  people = [];
  for (const id of ["ada", "bob", "carl", "dora"]) people.push(await createLastingPerson(server, id));
  [ada, bob, carl] = [at(0), at(1), at(2)];
});
afterAll(() => server.close());

function at(index: number): Person {
  const person = people[index];
  if (!person) throw new Error(`there is no person ${index}`);
  return person;
}

type Receipt = { user_id: string; timestamp: string; device_id: string | null };
/** Of a list that is one page. */
const whole = { has_more: false, next_cursor: null };

type Info = { delivered_to: Receipt[]; seen_by: Receipt[]; total_recipients: number };

async function infoOf(person: Person, id: string): Promise<Info> {
  const reply = await person.rest.get(`/messages/${id}/info`);
  expect(codeOf(reply)).toBe("ok");
  return reply.body.data;
}

function mark(person: Person, room: string, kind: "delivered" | "read", upTo: number) {
  return person.rest.post(`/rooms/${room}/receipts`, { kind, up_to_sequence: upTo });
}

/** The next moment, as timestamps say it. */
function tick(): string {
  clock.pass(1);
  return clock.now().toISOString();
}

describe("[M11] message info", () => {
  it("tells of each recipient the first moment, and on which device", async () => {
    const room = await makeDirect(ada, "bob");
    const { id, sequence_number } = await say(ada, room, "hi");
    await say(ada, room, "again");
    expect(await infoOf(ada, id)).toEqual({ delivered_to: [], seen_by: [], total_recipients: 1, ...whole });
    const phone = await server.socket(bob, { deviceId: "phone" });
    const delivered = tick();
    await ask(phone, "message:delivered", { room_id: room, up_to_sequence: sequence_number });
    const seen = tick();
    await ask(phone, "message:seen", { room_id: room, up_to_sequence: sequence_number + 1 });
    tick();
    await mark(bob, room, "read", sequence_number + 1);
    expect(await infoOf(ada, id)).toEqual({
      delivered_to: [{ user_id: "bob", timestamp: delivered, device_id: "phone" }],
      seen_by: [{ user_id: "bob", timestamp: seen, device_id: "phone" }],
      total_recipients: 1,
      ...whole,
    });
  });

  it("who has read it has received it by then, whatever is said of deliveries later", async () => {
    const room = await makeDirect(ada, "carl");
    const { id, sequence_number } = await say(ada, room, "hi");
    const seen = tick();
    await mark(carl, room, "read", sequence_number);
    await say(ada, room, "more");
    tick();
    await mark(carl, room, "delivered", sequence_number + 1);
    const receipt = [{ user_id: "carl", timestamp: seen, device_id: null }];
    expect(await infoOf(ada, id)).toEqual({ delivered_to: receipt, seen_by: receipt, total_recipients: 1, ...whole });
  });

  it("[G6] who answers has read what came before, on the device that answers", async () => {
    const room = await makeDirect(ada, "dora");
    const { id } = await say(ada, room, "hi");
    const tablet = await server.socket(at(3), { deviceId: "tablet" });
    const answered = tick();
    await ask(tablet, "message:send", { room_id: room, content: "hello" });
    const receipt = [{ user_id: "dora", timestamp: answered, device_id: "tablet" }];
    expect(await infoOf(ada, id)).toMatchObject({ delivered_to: receipt, seen_by: receipt });
  });

  it("counts who was there: who joined later is none of them, who has left since is one", async () => {
    const room = await makeGroup(ada, ["bob", "carl"]);
    const { id, sequence_number } = await say(ada, room, "hi");
    const seen = tick();
    await mark(bob, room, "read", sequence_number);
    await bob.rest.post(`/rooms/${room}/leave`);
    await ada.rest.post(`/rooms/${room}/members`, { user_id: "dora" });
    await mark(at(3), room, "read", sequence_number);
    expect(await infoOf(ada, id)).toMatchObject({
      seen_by: [{ user_id: "bob", timestamp: seen }],
      total_recipients: 2,
    });
    const later = await say(ada, room, "later");
    expect((await infoOf(ada, later.id)).total_recipients).toBe(2);
  });

  it("who comes back has not read by it what they had left unread", async () => {
    const room = await makeGroup(ada, ["bob", "carl"]);
    const { id } = await say(ada, room, "hi");
    await ada.rest.delete(`/rooms/${room}/members/bob`);
    await ada.rest.post(`/rooms/${room}/members`, { user_id: "bob" });
    const next = await say(ada, room, "welcome back");
    await mark(bob, room, "read", next.sequence_number);
    expect(await infoOf(ada, id)).toEqual({ delivered_to: [], seen_by: [], total_recipients: 2, ...whole });
    expect((await infoOf(ada, next.id)).seen_by).toMatchObject([{ user_id: "bob" }]);
  });

  it("[G9] is for those who can see the message", async () => {
    const room = await makeDirect(ada, "bob");
    const { id } = await say(ada, room, "hi");
    const twin = await createLastingPerson(server, "ada", "elsewhere");
    for (const person of [carl, twin]) expect(codeOf(await person.rest.get(`/messages/${id}/info`))).toBe("not_found");
    expect((await infoOf(bob, id)).total_recipients).toBe(1);
    await bob.rest.delete(`/messages/${id}?for=me`);
    expect(codeOf(await bob.rest.get(`/messages/${id}/info`))).toBe("not_found");
  });
});

type Step =
  | { kind: "send"; who: number }
  | { kind: "receipt"; who: number; as: "delivered" | "read"; upTo: number }
  | { kind: "leave" | "remove" | "add"; who: number };

const who = fc.nat(3);
const guest = fc.integer({ min: 1, max: 3 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("send" as const), who }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("receipt" as const),
      who,
      as: fc.constantFrom("delivered" as const, "read" as const),
      upTo: fc.integer({ min: 1, max: 20 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom("leave" as const, "remove" as const, "add" as const, "add" as const),
      who: guest,
    }),
  },
);

/** What a witness writes down: of each message its recipients, and when each first received and read it. */
type Witness = {
  present: Set<string>;
  marks: Map<string, { delivered: number; read: number }>;
  said: { id: string; sequence: number; recipients: Map<string, { delivered?: string; read?: string }> }[];
};

function reach(witness: Witness, user: string, kind: "delivered" | "read", upTo: number, when: string): void {
  const marks = witness.marks.get(user);
  if (!marks || !witness.present.has(user)) return;
  for (const { sequence, recipients } of witness.said) {
    const entry = recipients.get(user);
    // Only what the watermark passes now: what lay below when they came was neither received nor read.
    if (!entry || sequence > upTo || sequence <= marks[kind]) continue;
    entry[kind] ??= when;
    if (kind === "read") entry.delivered ??= when;
  }
  marks[kind] = Math.max(marks[kind], upTo);
  if (kind === "read") marks.delivered = Math.max(marks.delivered, upTo);
}

async function take(witness: Witness, room: string, entry: Step): Promise<void> {
  const when = tick();
  const person = at(entry.who);
  const last = await lastSequence(room);
  if (entry.kind === "send") {
    const reply = await person.rest.post(`/rooms/${room}/messages`, { content: "x" });
    if (!reply.body.success) return;
    const recipients = new Map([...witness.present].filter((id) => id !== person.id).map((id) => [id, {}]));
    witness.said.push({ id: reply.body.data.id, sequence: last + 1, recipients });
    reach(witness, person.id, "read", last + 1, when);
  } else if (entry.kind === "receipt") {
    const reply = await mark(person, room, entry.as, entry.upTo);
    if (reply.body.success) reach(witness, person.id, entry.as, Math.min(entry.upTo, last), when);
  } else if (entry.kind === "add") {
    await ada.rest.post(`/rooms/${room}/members`, { user_id: person.id });
    if (witness.present.has(person.id)) return;
    witness.present.add(person.id);
    witness.marks.set(person.id, { delivered: last, read: last });
  } else {
    if (entry.kind === "leave") await person.rest.post(`/rooms/${room}/leave`);
    else await ada.rest.delete(`/rooms/${room}/members/${person.id}`);
    witness.present.delete(person.id);
  }
}

async function lastSequence(room: string): Promise<number> {
  return (await ada.rest.get(`/rooms/${room}`)).body.data.last_sequence;
}

function toReport(said: Witness["said"][number]): Info {
  const list = (kind: "delivered" | "read") =>
    [...said.recipients]
      .flatMap(([user_id, entry]) => (entry[kind] ? { user_id, timestamp: entry[kind], device_id: null } : []))
      .sort((a, b) => (`${a.timestamp} ${a.user_id}` < `${b.timestamp} ${b.user_id}` ? -1 : 1));
  return { delivered_to: list("delivered"), seen_by: list("read"), total_recipients: said.recipients.size, ...whole };
}

describe("[M11][G6] against a witness", () => {
  it("info of every message equals what was seen to happen", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (steps) => {
        const room = await makeGroup(ada, ["bob", "carl"]);
        const present = ["ada", "bob", "carl"];
        const marks = new Map(present.map((id) => [id, { delivered: 0, read: 0 }]));
        const witness: Witness = { present: new Set(present), marks, said: [] };
        for (const entry of steps) await take(witness, room, entry);
        for (const said of witness.said) expect(await infoOf(ada, said.id)).toEqual(toReport(said));
      }),
      { numRuns: 10, interruptAfterTimeLimit: 60_000 },
    );
  }, 120_000);
});

it("[M11] of a large room it comes in pages, by the recipients' ids", async () => {
  const many = Array.from({ length: 299 }, (_, n) => `m${String(n).padStart(3, "0")}`);
  const admin = server.rest(testAdminKey);
  for (const id of many) expect(codeOf(await admin.put(`/admin/users/${id}`, { name: id }))).toBe("ok");
  const room = await makeGroup(ada, many);
  const { id, sequence_number } = await say(ada, room, "hello, all of you");
  const readers = ["m000", "m255", "m256", "m298"];
  for (const reader of readers) {
    await mark(await createLastingPerson(server, reader), room, "read", sequence_number);
    tick();
  }
  const first = (await ada.rest.get(`/messages/${id}/info`)).body.data;
  expect(first).toMatchObject({ total_recipients: 299, has_more: true });
  const second = (await ada.rest.get(`/messages/${id}/info?cursor=${first.next_cursor}`)).body.data;
  expect(second).toMatchObject({ total_recipients: 299, has_more: false, next_cursor: null });
  const readersOf = (info: Info) => info.seen_by.map((receipt) => receipt.user_id);
  expect([readersOf(first), readersOf(second)]).toEqual([readers.slice(0, 2), readers.slice(2)]);
});
