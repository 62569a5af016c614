/**
 * What must hold in a group when two do things at the same instant, on two servers: each race is run 200 times. The second
 * server is a process of its own, since within one process a room's changes take turns before they reach the database.
 */
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { copyRoom } from "./setup/copy-rooms.ts";
import { createRest, type RestReply } from "./setup/rest-client.ts";
import { type ServerProcess, startServerProcess } from "./setup/server-process.ts";
import { codeOf, makeGroup } from "./setup/talk.ts";
import { type Person, startTestServer, type TestServer } from "./setup/test-server.ts";

const runs = 200;
const atOnce = 20;

let here: TestServer;
let there: ServerProcess;
let client: pg.Client;
let ada: Person;
let bob: Person;
let carl: Person;

beforeAll(async () => {
  here = await startTestServer({ databasePoolSize: 8 });
  there = await startServerProcess({ DATABASE_URL: here.databaseUrl, PIPIT_RATE_LIMITS: "off" });
  [ada, bob, carl] = await Promise.all([here.person("ada"), here.person("bob"), here.person("carl")]);
  client = new pg.Client(here.databaseUrl);
  await client.connect();
});
afterAll(async () => {
  await there?.end("SIGKILL");
  await client.end();
  await here.close();
});

/** The same person, by the other server. */
function away(person: Person): Person {
  return { ...person, rest: createRest(there.url, person.token) };
}

/** What one run came to: what each was told, and how its room stands, as the database has it. */
type Outcome = { told: string[]; ending: Ending };

type Ending = {
  roles: Record<string, string>;
  count: number;
  isClosed: boolean;
  last: number;
  messages: { sequence: number; sender: string; kind: string | null }[];
  uses: number | null;
  waiting: number;
};

type Act = (room: string, run: number) => Promise<RestReply>;

/**
 * Lets the same things be done at once in copies of a room, each first as often as the others. None of the outcomes
 * may be one that is wrong.
 */
async function race(
  room: string,
  acts: readonly Act[],
  isRight: (outcome: Outcome) => boolean,
  times = runs,
): Promise<Outcome[]> {
  const rooms = await copyRoom(client, room, times);
  const told: string[][] = [];
  for (let begin = 0; begin < times; begin += atOnce) {
    const chunk = rooms.slice(begin, begin + atOnce).map((id, n) => doAtOnce(id, begin + n, acts));
    told.push(...(await Promise.all(chunk)));
  }
  const endings = await readEndings(rooms);
  const outcomes = rooms.map((id, run) => ({ run, told: told[run] ?? [], ending: requireEnding(endings, id) }));
  expect(outcomes.filter((outcome) => !isRight(outcome))).toEqual([]);
  return outcomes;
}

async function doAtOnce(room: string, run: number, acts: readonly Act[]): Promise<string[]> {
  const first = run % acts.length;
  const begun = [...acts.slice(first), ...acts.slice(0, first)].map((act) => act(room, run).then(codeOf));
  const told = await Promise.all(begun);
  return [...told.slice(acts.length - first), ...told.slice(0, acts.length - first)];
}

async function readEndings(rooms: readonly string[]): Promise<Map<string, Ending>> {
  const { rows } = await client.query<Ending & { id: string }>(
    `select r.id, r.member_count::int as count, r.closed_at is not null as "isClosed", r.last_sequence::int as last,
      coalesce((select jsonb_object_agg(m.user_id, m.role) from members m where m.room_id = r.id and m.is_member), '{}')
        as roles,
      (select max(i.uses) from invites i where i.room_id = r.id) as uses,
      (select count(*)::int from join_requests q where q.room_id = r.id) as waiting,
      coalesce((select jsonb_agg(jsonb_build_object('sequence', s.sequence, 'sender', s.sender_id,
          'kind', s.meta_data -> 'system' ->> 'kind') order by s.sequence)
        from messages s where s.room_id = r.id), '[]') as messages
    from rooms r where r.id = any($1::uuid[])`,
    [rooms],
  );
  return new Map(rows.map(({ id, ...ending }) => [id, ending]));
}

function requireEnding(endings: Map<string, Ending>, room: string): Ending {
  const ending = endings.get(room);
  if (!ending) throw new Error(`room ${room} is not there`);
  return ending;
}

/** Sets out after so many other requests of theirs: what takes fewer steps on the server must not win every time. */
async function later(steps: number, person: Person, act: () => Promise<RestReply>): Promise<RestReply> {
  for (let n = 0; n < steps; n += 1) await person.rest.get("/invites/none");
  return act();
}

async function makeLink(room: string, given: object): Promise<string> {
  return (await ada.rest.post(`/rooms/${room}/invites`, given)).body.data.code;
}

const leave =
  (person: Person): Act =>
  (room) =>
    person.rest.post(`/rooms/${room}/leave`);

describe("two at once", () => {
  it("[G8] remove while sending: nothing of theirs commits after the removal", async () => {
    const say = (person: Person, room: string) =>
      person.rest.post(`/rooms/${room}/messages`, { content: "still here?" });
    const outcomes = await race(
      await makeGroup(ada, ["bob"]),
      [
        (room) => ada.rest.delete(`/rooms/${room}/members/bob`),
        (room) => say(bob, room),
        (room, run) => later(run % 4, away(bob), () => say(away(bob), room)),
      ],
      ({ told: [removed, ...said], ending: { messages, last } }) => {
        const theirs = messages.filter((message) => message.sender === "bob");
        const end = messages.find((message) => message.kind === "member_removed")?.sequence ?? 0;
        return (
          removed === "ok" &&
          said.every((code) => code === "ok" || code === "not_found") &&
          theirs.length === said.filter((code) => code === "ok").length &&
          theirs.every((message) => message.sequence < end) &&
          last === messages.length
        );
      },
    );
    // A race that one always wins is none.
    const said = new Set(outcomes.flatMap(({ told }) => told.slice(1)));
    expect([...said].sort()).toEqual(["not_found", "ok"]);
  });

  // Handed over before bob left, it comes back to ada, who is an admin then.
  it.each(["admin", "owner"])(
    "[R3][R4] make %s while leaving: who has left has no role, and one owns the room",
    async (role) => {
      await race(
        await makeGroup(ada, ["bob", "carl"]),
        [(room) => ada.rest.patch(`/rooms/${room}/members/bob`, { role }), leave(away(bob))],
        ({ told: [set, left], ending: { roles, count } }) =>
          left === "ok" &&
          (set === "ok" || set === "not_found") &&
          JSON.stringify(roles) === '{"ada":"owner","carl":"member"}' &&
          count === 2,
        runs,
      );
    },
  );

  it.each([
    ["a member owns the room", ["bob", "carl"], { carl: "owner" }],
    ["the room closes with them", ["bob"], {}],
  ])("[R3] the two last admins leave at once: %s", async (_, others, left) => {
    const room = await makeGroup(ada, others);
    await ada.rest.patch(`/rooms/${room}/members/bob`, { role: "admin" });
    await race(
      room,
      [leave(ada), leave(away(bob))],
      ({ told, ending: { roles, isClosed, count } }) =>
        told.join() === "ok,ok" &&
        JSON.stringify(roles) === JSON.stringify(left) &&
        count === Object.keys(left).length &&
        isClosed === (count === 0),
      runs,
    );
  });

  it("[J3] the last use of a link goes to one, and the other is told that it is gone", async () => {
    const original = await makeGroup(ada);
    const code = await makeLink(original, { max_uses: 1 });
    const join =
      (person: Person): Act =>
      (room) =>
        person.rest.post(`/rooms/${room}/join`, { invite_code: `${code}${room}` });
    const outcomes = await race(
      original,
      [join(bob), join(away(carl))],
      ({ told, ending: { roles, uses, count } }) =>
        [...told].sort().join() === "gone,ok" &&
        Object.keys(roles).join() === (told[0] === "ok" ? "ada,bob" : "ada,carl") &&
        uses === 1 &&
        count === 2,
    );
    expect(new Set(outcomes.map(({ told }) => told.join())).size).toBe(2);
  });

  it("[R7] one user is added by two at once: a member once, recorded once", async () => {
    const add =
      (person: Person): Act =>
      (room) =>
        person.rest.post(`/rooms/${room}/members`, { user_id: "carl" });
    await race(
      await makeGroup(ada, ["bob"]),
      [add(ada), add(away(bob))],
      ({ told, ending: { roles, count, messages } }) =>
        told.join() === "ok,ok" &&
        roles.carl === "member" &&
        count === 3 &&
        messages.filter((message) => message.kind === "member_added").length === 1,
    );
  });

  it("[J10] a request is approved and withdrawn at once: one of the two, and the room agrees with it", async () => {
    const original = await makeGroup(ada);
    const invite_code = await makeLink(original, { needs_approval: true });
    await bob.rest.post(`/rooms/${original}/join`, { invite_code });
    const outcomes = await race(
      original,
      [
        (room) => ada.rest.post(`/rooms/${room}/join-requests/bob`, { decision: "approve" }),
        (room, run) => later(run % 4, away(bob), () => away(bob).rest.delete(`/rooms/${room}/join-requests`)),
      ],
      ({ told, ending: { roles, waiting } }) =>
        [...told].sort().join() === "not_found,ok" && "bob" in roles === (told[0] === "ok") && waiting === 0,
    );
    expect(new Set(outcomes.map(({ told }) => told.join())).size).toBe(2);
  });
});
