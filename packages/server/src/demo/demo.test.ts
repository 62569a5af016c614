/** A demo of a few people and rooms, furnished as the large one is, on a real PostgreSQL. */

import { mkdtemp, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createRest } from "../../test/setup/rest-client.ts";
import { makeDirect, readHistory, say } from "../../test/setup/talk.ts";
import { createTestDatabase, type TestDatabase } from "../../test/setup/test-database.ts";
import { startTestServer, type TestServer, testSecret } from "../../test/setup/test-server.ts";
import { systemClock } from "../clock.ts";
import { defaultConfig } from "../config.ts";
import { createServices } from "../create-services.ts";
import { createPool } from "../db/database.ts";
import { openDatabase } from "../db/open-database.ts";
import { resolveVapidKeys } from "../features/push/vapid-keys.ts";
import { createLog } from "../log.ts";
import { createMetrics } from "../metrics.ts";
import { createPublicOrigin } from "../public-origin.ts";
import type { Timers } from "../timers.ts";
import { toDemoConfig } from "./demo-config.ts";
import { demoPeople } from "./demo-people.ts";
import { demoGroups, demoPairs } from "./demo-rooms.ts";
import type { DemoSize } from "./demo-size.ts";
import { furnishDemo } from "./furnish-demo.ts";

const log = createLog("fatal");
const ids = ["amara", "jonas", "omar", "samuel", "nisha", "lena", "noah", "arjun", "ravi", "priya"];
const hasAll = (members: readonly string[]): boolean => members.every((id) => ids.includes(id));
const small: DemoSize = {
  people: demoPeople.filter(({ id }) => ids.includes(id)),
  groups: demoGroups
    .filter(({ key }) => ["physics", "announcements", "cricket"].includes(key))
    .map((group) => ({ ...group, members: group.members.filter((id) => ids.includes(id)) })),
  pairs: demoPairs.filter(({ members }) => hasAll(members)),
  most: { group: 30, pair: 8 },
  rounds: { group: 1, pair: 1 },
  days: 21,
};
const tiny: DemoSize = { ...small, people: small.people.slice(0, 2), groups: [], pairs: small.pairs.slice(0, 1) };
/** What takes a second elsewhere takes a hundredth of it. */
const hasty: Timers = {
  after(seconds, act) {
    const timer = setTimeout(act, seconds * 10);
    return () => clearTimeout(timer);
  },
};

let dataDir: string;
let database: TestDatabase;
let pool: pg.Pool;
let server: TestServer;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "pipit-demo-"));
  database = await createTestDatabase();
  pool = createPool({ connectionString: database.url }, 2, log);
  await furnish(database.url);
  server = await startTestServer({ databaseUrl: database.url, dataDir, demo: true, timers: hasty });
});

afterAll(async () => {
  await server.close();
  await pool.end();
  await database.drop();
  await rm(dataDir, { recursive: true, force: true });
});

async function furnish(databaseUrl: string, size = small): Promise<void> {
  const config = defaultConfig({ databaseUrl, dataDir, demo: true, jwtSecret: testSecret });
  const opened = await openDatabase(config, log);
  try {
    const vapid = await resolveVapidKeys({ db: opened.db, clock: systemClock }, config);
    const secrets = { jwt: testSecret, vapid };
    const origin = createPublicOrigin(config);
    await furnishDemo({
      createServices: (clock) => createServices(config, log, clock, opened, secrets, origin, {}, createMetrics()),
      database: opened,
      clock: systemClock,
      log,
      size,
    });
  } finally {
    await opened.close();
  }
}

async function query<Row>(text: string, values: unknown[] = []): Promise<Row[]> {
  return (await pool.query(text, values)).rows as Row[];
}

/** What a furnishing has made, in numbers. */
async function countAll() {
  const [row] =
    await query(`select (select count(*) from users)::int as users, (select count(*) from rooms)::int as rooms,
    (select count(*) from messages)::int as messages, (select count(*) from media)::int as media`);
  return row;
}

type Sent = { headers?: Record<string, string>; body?: string; method?: "GET" | "POST"; path?: string };

/** A request as no browser's `fetch` makes it: with any headers. */
function send({ headers = {}, body, method = "POST", path = "/api/demo/token" }: Sent) {
  return new Promise<{ status: number; body: Record<string, unknown> }>((resolve, reject) => {
    const sent = request(`${server.url}${path}`, { method, headers }, async (response) => {
      const chunks = await response.toArray();
      resolve({ status: response.statusCode ?? 0, body: JSON.parse(Buffer.concat(chunks).toString()) });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

const json = { "content-type": "application/json" };

async function enter(userId: string) {
  const { body } = await send({ headers: json, body: JSON.stringify({ user_id: userId }) });
  const { token } = body.data as { token: string };
  return { id: userId, tenant: "default", token, rest: createRest(server.url, token) };
}

describe("[Z3] what a demo is furnished with", () => {
  it("[G2][M10] has no gaps, and no time that falls", async () => {
    const rows = await query<{ ok: boolean }>(`
      select count(*) = r.last_sequence and count(*) = max(m.sequence) and bool_and(m.falls is not true) as ok
      from rooms r join (
        select room_id, sequence, created_at < lag(created_at) over (partition by room_id order by sequence) as falls
        from messages) m on m.room_id = r.id
      group by r.id`);
    expect(rows.length).toBe(small.groups.length + small.pairs.length);
    expect(rows.every((row) => row.ok)).toBe(true);
  });

  it("[G7][M8] tells everybody as many unread messages as a recount finds, and not all the same", async () => {
    const totals: number[] = [];
    for (const { id } of small.people) {
      const { rest } = await enter(id);
      const { data } = (await rest.get("/unread-count")).body;
      const recount = await query(
        `select m.room_id, count(*)::int as unread_count from members m join messages s on s.room_id = m.room_id
          and s.sequence > greatest(m.read_sequence, m.first_visible - 1) and s.message_type <> 'system'
          and s.deleted_at is null and s.sender_id <> m.user_id
         where m.user_id = $1 group by m.room_id order by m.room_id`,
        [id],
      );
      const told = data.rooms.map((room: Record<string, unknown>) => ({
        room_id: room.room_id,
        unread_count: room.unread_count,
      }));
      expect(told.sort((a: { room_id: string }, b: { room_id: string }) => (a.room_id < b.room_id ? -1 : 1))).toEqual(
        recount,
      );
      totals.push(data.total_unread);
    }
    expect(new Set(totals).size).toBeGreaterThan(2);
  });

  it("has every medium ready and measured, and what people do with messages", async () => {
    const media = await query<Record<string, unknown>>(
      "select state, is_pending, kind, width, thumbhash, duration, waveform, object_key from media",
    );
    for (const medium of media) {
      expect(medium).toMatchObject({ state: "ready", is_pending: false, object_key: expect.any(String) });
      if (medium.kind === "image")
        expect(medium).toMatchObject({ width: expect.any(Number), thumbhash: expect.any(String) });
      if (medium.kind === "audio") expect(medium.waveform).toHaveLength(64);
    }
    const kinds = await query<{ message_type: string }>("select distinct message_type from messages");
    expect(kinds.map((row) => row.message_type)).toEqual(
      expect.arrayContaining(["text", "image", "file", "location", "poll", "system"]),
    );
    const [made] = await query<Record<string, number>>(`
      select (select count(*) from reactions)::int as reactions, (select count(*) from mentions)::int as mentions,
        (select count(*) from stars)::int as stars, (select count(*) from poll_votes)::int as votes,
        (select count(*) from message_edits)::int as edits,
        (select count(*) from rooms where jsonb_array_length(pinned) > 0)::int as pinned,
        (select count(*) from messages where reply_to is not null)::int as replies,
        (select count(*) from members where draft is not null)::int as drafts,
        (select count(*) from members where muted_until is not null)::int as muted,
        (select count(*) from members where is_archived)::int as archived`);
    expect(Object.entries(made ?? {}).filter(([, count]) => count === 0)).toEqual([]);
  });

  it("[G12] leaves nothing to be done, and nothing that is still to come", async () => {
    const [row] = await query<{ late: number }>(
      "select count(*)::int as late from messages where created_at > now() or created_at < now() - interval '25 days'",
    );
    expect(row?.late).toBe(0);
    const kinds = await query<{ kind: string }>("select distinct kind from jobs");
    expect(kinds.map((job) => job.kind).filter((kind) => !/sweep|retain|expire|reconcile/.test(kind))).toEqual([]);
  });
});

describe("[Z2] entering", () => {
  it("is for each of the demo's people, shown with a small picture", async () => {
    const { body } = await send({ method: "GET", path: "/api/demo/people" });
    const people = body.data as { id: string; name: string; avatar_url: string; status_message: string }[];
    expect(people.map(({ id }) => id)).toEqual(small.people.map(({ id }) => id));
    for (const person of people) {
      expect(person).toEqual({
        id: expect.any(String),
        name: expect.any(String),
        avatar_url: expect.stringMatching(/^data:image\/webp;base64,/),
        status_message: expect.any(String),
      });
      expect(person.avatar_url.length).toBeLessThanOrEqual(3_000);
    }
    const amara = await enter("amara");
    const { data } = (await amara.rest.get("/users/me")).body;
    expect(data).toMatchObject({ id: "amara", role: "admin" });
    // Whatever address the server had when it was furnished.
    const { port, pathname } = new URL(data.avatar_url);
    expect(port).toBe(new URL(server.url).port);
    const picture = await fetch(`${server.url}${pathname}`, { headers: { authorization: `Bearer ${amara.token}` } });
    expect([picture.status, picture.headers.get("content-type")]).toEqual([200, "image/jpeg"]);
    expect((await amara.rest.get("/rooms")).body.data.length).toBeGreaterThan(2);
  });

  it("is refused to pages of other sites, under whatever name they come", async () => {
    const body = JSON.stringify({ user_id: "amara" });
    const { host } = new URL(server.url);
    const foreign = [
      { origin: "http://evil.example" },
      { origin: "null" },
      { origin: "http://localhost:1" },
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
      { host: "evil.example", origin: "http://evil.example", "sec-fetch-site": "same-origin" },
      { host: "localhost.evil.example" },
      { host: "127.0.0.1.evil.example" },
    ];
    for (const headers of foreign) {
      expect(await send({ headers: { ...json, ...headers }, body })).toMatchObject({ body: { code: "forbidden" } });
      const people = await send({ headers, method: "GET", path: "/api/demo/people" });
      expect(people.body.code).toBe("forbidden");
    }
    for (const headers of [
      { origin: `http://${host}` },
      { "sec-fetch-site": "same-origin" },
      { host: "localhost:3000" },
    ]) {
      expect((await send({ headers: { ...json, ...headers }, body })).status).toBe(200);
    }
  });

  it("[W5][G11] takes a small JSON body with a person of the demo", async () => {
    const post = async (body: string, headers: Record<string, string> = json) =>
      (await send({ headers, body })).body.code;
    expect(await post('{"user_id":"amara"}', { "content-type": "text/plain" })).toBe("unsupported_type");
    expect(await post('{"user_id":"amara"}', {})).toBe("unsupported_type");
    expect(await post(JSON.stringify({ user_id: "x".repeat(2_000) }))).toBe("too_large");
    for (const body of ["", "[]", '{"user_id":7}', '{"user_id":""}', '{"user_id":"am\\u0000ara"}']) {
      expect(await post(body)).toBe("invalid_request");
    }
    await pool.query(
      `insert into users (tenant_id, id, name, role, created_at, updated_at) values ('default', 'eve', 'Eve', 'user', now(), now())`,
    );
    // Eve is a user, but none of the demo's; Kenji is of the demo, but not of this small one.
    for (const id of ["nobody", "eve", "kenji"]) expect(await post(JSON.stringify({ user_id: id }))).toBe("not_found");
    await pool.query("delete from users where id = 'eve'");
  });

  it("is not there where no demo is", async () => {
    const other = await startTestServer();
    try {
      const ask = async (path: string, method: string) => {
        const body = method === "POST" ? JSON.stringify({ user_id: "amara" }) : null;
        const response = await fetch(`${other.url}${path}`, { method, headers: json, body });
        const { request_id: _, ...answer } = (await response.json()) as Record<string, unknown>;
        return { status: response.status, answer };
      };
      const unknown = await ask("/api/nothing/here", "POST");
      expect(unknown.status).toBe(404);
      expect(await ask("/api/demo/token", "POST")).toEqual(unknown);
      expect(await ask("/api/demo/people", "GET")).toEqual(await ask("/api/nothing/here", "GET"));
    } finally {
      await other.close();
    }
  });
});

describe("[Z4] people of the demo", () => {
  it("answer in direct chats, as long as nobody has entered as them", async () => {
    const omar = await enter("omar");
    const socket = await server.socket(omar);
    const answered = (room: string) =>
      new Promise<{ sender_id: string }>((resolve) => {
        socket.on("message:receive", (message) => {
          if (message.room_id === room && message.sender_id !== "omar") resolve(message);
        });
      });
    const typed = new Promise((resolve) => socket.once("user:typing", resolve));
    const [first, second] = [await makeDirect(omar, "samuel"), await makeDirect(omar, "amara")];
    const heard = answered(first);
    await say(omar, first, "Are you there?");
    expect(await typed).toMatchObject({ room_id: first, user_id: "samuel" });
    expect(await heard).toMatchObject({ sender_id: "samuel" });
    await server.socket(await enter("samuel"));
    await say(omar, first, "And now?");
    const other = answered(second);
    await say(omar, second, "Is he there?");
    expect(await other).toMatchObject({ sender_id: "amara" });
    expect((await readHistory(omar, first)).at(-1)).toMatchObject({ sender_id: "omar", content: "And now?" });
  });
});

describe("[Z1] the settings of a demo", () => {
  it("take nothing of a server's secrets, data and services", () => {
    const given = defaultConfig({
      port: 4000,
      host: "0.0.0.0",
      dataDir: "/srv/pipit",
      databaseUrl: "postgresql://real",
      jwtSecret: "s".repeat(32),
      adminKey: "k".repeat(32),
      mediaUrl: "s3://real?endpoint=https://s3.example&region=x",
      allowedOrigins: ["*"],
    });
    expect(toDemoConfig(given)).toEqual({
      ...defaultConfig(),
      demo: true,
      port: 4000,
      host: "127.0.0.1",
      dataDir: join("/srv/pipit", "demo"),
      publicUrl: "http://localhost:4000",
      allowedOrigins: ["http://127.0.0.1:4000"],
    });
  });
});

describe("[Z3] starting again", () => {
  it("furnishes nothing twice", async () => {
    const before = await countAll();
    await furnish(database.url);
    expect(await countAll()).toEqual(before);
  });

  it("begins anew where a start was cut off, and refuses what is no demo's", async () => {
    const other = await createTestDatabase();
    const client = new pg.Client(other.url);
    await client.connect();
    try {
      await client.query(
        `insert into users (tenant_id, id, name, role, created_at, updated_at) values ('default', 'eve', 'Eve', 'user', now(), now())`,
      );
      await expect(furnish(other.url, tiny)).rejects.toThrow("a database of its own");
      await client.query("create table demo (is_only boolean primary key default true, is_furnished boolean not null)");
      await client.query("insert into demo (is_furnished) values (false)");
      await furnish(other.url, tiny);
      const { rows } = await client.query("select id from users order by id");
      expect(rows.map((row) => row.id)).toEqual(tiny.people.map(({ id }) => id).sort());
      expect((await client.query("select is_furnished from demo")).rows).toEqual([{ is_furnished: true }]);
    } finally {
      await client.end();
      await other.drop();
    }
  });
});
