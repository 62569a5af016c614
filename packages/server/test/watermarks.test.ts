/** [G6][G7] Watermarks and what is derived from them, against a recount, after random histories. */
import fc from "fast-check";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Person, startTestServer, type TestServer } from "./setup/test-server.ts";

let server: TestServer;
let database: pg.Client;
let people: Person[];

beforeAll(async () => {
  server = await startTestServer();
  database = new pg.Client(server.databaseUrl);
  await database.connect();
  people = await Promise.all(["p0", "p1", "p2", "p3"].map((id) => server.person(id)));
});
afterAll(async () => {
  await database.end();
  await server.close();
});

type Step =
  | { kind: "send"; who: number; mention: number }
  | { kind: "receipt"; who: number; as: "delivered" | "read"; upTo: number }
  | { kind: "edit" | "delete" | "hide" | "react"; who: number; which: number }
  | { kind: "rejoin"; who: number }
  | { kind: "rename" };

const who = fc.nat(3);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("send" as const), who, mention: who }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("receipt" as const),
      who,
      as: fc.constantFrom("delivered" as const, "read" as const),
      upTo: fc.nat(30),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom("edit" as const, "delete" as const, "hide" as const, "react" as const),
      who,
      which: fc.nat(20),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("rejoin" as const), who: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 1, arbitrary: fc.constant({ kind: "rename" as const }) },
);

type Marks = Map<string, { delivered: number; read: number }>;

describe("[G6][G7]", () => {
  it("watermarks only rise, and unread and mention counts equal a recount", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
        const roomId = await makeRoom();
        let before: Marks = new Map();
        for (const entry of steps) {
          await take(roomId, entry);
          const now = await readMarks(roomId);
          for (const [userId, marks] of now) {
            const last = before.get(userId) ?? { delivered: 0, read: 0 };
            expect(marks.delivered, `delivered of ${userId}`).toBeGreaterThanOrEqual(last.delivered);
            expect(marks.read, `read of ${userId}`).toBeGreaterThanOrEqual(last.read);
            expect(marks.delivered).toBeGreaterThanOrEqual(marks.read);
          }
          before = now;
        }
        for (const person of people) await expectRecount(roomId, person);
      }),
      { numRuns: 25 },
    );
  }, 120_000);
});

async function makeRoom(): Promise<string> {
  const reply = await first().rest.post("/rooms", { type: "group", name: "R", member_ids: ["p1", "p2", "p3"] });
  return reply.body.data.id;
}

function first(): Person {
  return at(0);
}

function at(index: number): Person {
  const person = people[index];
  if (!person) throw new Error(`there is no person ${index}`);
  return person;
}

async function take(roomId: string, entry: Step): Promise<void> {
  if (entry.kind === "rename") {
    await first().rest.patch(`/rooms/${roomId}`, { description: crypto.randomUUID() });
    return;
  }
  const { rest, id } = at(entry.who);
  if (entry.kind === "send") {
    await rest.post(`/rooms/${roomId}/messages`, { content: "x", meta_data: { mentions: [`p${entry.mention}`] } });
  } else if (entry.kind === "receipt") {
    await rest.post(`/rooms/${roomId}/receipts`, { kind: entry.as, up_to_sequence: entry.upTo });
  } else if (entry.kind === "rejoin") {
    await first().rest.delete(`/rooms/${roomId}/members/${id}`);
    await first().rest.post(`/rooms/${roomId}/members`, { user_id: id });
  } else {
    await change(rest, entry.kind, `${roomId}.${entry.which + 1}`);
  }
}

async function change(
  rest: Person["rest"],
  kind: "edit" | "delete" | "hide" | "react",
  messageId: string,
): Promise<void> {
  if (kind === "edit") await rest.put(`/messages/${messageId}`, { content: "y" });
  if (kind === "delete") await rest.delete(`/messages/${messageId}?for=everyone`);
  if (kind === "hide") await rest.delete(`/messages/${messageId}?for=me`);
  if (kind === "react") await rest.post(`/messages/${messageId}/reactions/${encodeURIComponent("👍")}`);
}

async function readMarks(roomId: string): Promise<Marks> {
  const { rows } = await database.query(
    "select user_id, delivered_sequence::int as delivered, read_sequence::int as read from members where room_id = $1",
    [roomId],
  );
  return new Map(rows.map((row) => [row.user_id, row]));
}

/** Counts from the messages alone: what is above the watermark, not one's own, not of the system, not deleted or hidden. */
async function expectRecount(roomId: string, person: Person): Promise<void> {
  const { rows } = await database.query(
    `select count(*)::int as unread,
      count(*) filter (where meta_data->'mentions' ? $2)::int as mentions
    from messages x join members m on m.room_id = x.room_id and m.user_id = $2
    where x.room_id = $1 and x.sequence > m.read_sequence and x.sender_id <> $2 and x.message_type <> 'system'
      and x.deleted_at is null and not exists (select 1 from hidden_messages h
        where h.room_id = x.room_id and h.user_id = $2 and h.sequence = x.sequence)`,
    [roomId, person.id],
  );
  const room = (await person.rest.get(`/rooms/${roomId}`)).body.data;
  expect({ unread: room.unread_count, mentions: room.mention_count }, person.id).toEqual(rows[0]);
  const unread = (await person.rest.get(`/unread-count?room_id=${roomId}`)).body.data;
  expect(unread.total_unread).toBe(rows[0].unread);
  const { rows: count } = await database.query(
    "select count(*)::int as own from messages where room_id = $1 and sender_id = $2 and sequence > (select read_sequence from members where room_id = $1 and user_id = $2) and message_type <> 'system'",
    [roomId, person.id],
  );
  expect(count[0].own, "nothing of one's own is unread").toBe(0);
}
