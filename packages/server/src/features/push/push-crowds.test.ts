/** Rooms with many members, and what many parts of the server may do at the same time. */
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeGroup, say } from "../../../test/setup/talk.ts";
import type { Person } from "../../../test/setup/test-server.ts";
import { openPushSite, type PushSite } from "./push.fixture.ts";
import { findDue } from "./push-store.ts";
import { createTurns } from "./take-turns.ts";
import { resolveVapidKeys } from "./vapid-keys.ts";

let site: PushSite;
let ada: Person;

beforeAll(async () => {
  site = await openPushSite();
  ada = await site.server.person("ada");
});
afterAll(() => site.close());

/** Members with a browser each. @returns their tokens */
async function addCrowd(room: string, size: number): Promise<string[]> {
  const tokens = Array.from({ length: size }, () => site.provider.subscribe());
  await sql`
    with given as (select token, 'u' || n as id from unnest(${tokens}::text[]) with ordinality t (token, n)),
    made as (
      insert into users (tenant_id, id, name, created_at, updated_at) select 'default', id, id, now(), now() from given
    ), there as (
      insert into members (room_id, user_id, tenant_id, role, is_member, joined_at, joined_change, change, first_visible)
      select ${room}, id, 'default', 'member', true, now(), 1, 1, 1 from given
    )
    insert into devices (tenant_id, user_id, device_id, device_name, device_type, platform, app_version, push_token,
      push_provider, last_active_at, created_at, updated_at)
    select 'default', id, 'web', 'web', 'web', 'web', '1', token, 'webpush', now(), now(), now() from given`.execute(
    site.db,
  );
  return tokens;
}

describe("a room of many", () => {
  it("[U1][G11] is told page by page, each device once, and costs one job", async () => {
    const room = await makeGroup(ada);
    const tokens = await addCrowd(room, 450);
    await say(ada, room, "hello");
    const { rows } = await sql<{ count: number }>`select count(*) from jobs where kind like 'push.m%'`.execute(site.db);
    expect(rows).toEqual([{ count: 1 }]);
    await site.settle();
    expect(site.provider.taken.map(({ token }) => token).sort()).toEqual(tokens.sort());
    expect(site.provider.faults).toEqual([]);
    expect(await findDue(site.db, { roomIds: [room], after: undefined, limit: 1_000 }, new Date())).toEqual([]);
  });
});

describe("what waits for its turn", () => {
  it("[U3][V5][G11] is not sent to a device that is logged out by then, nor to one out of the room", async () => {
    // So many go to one host at a time; devices are told in the order of their users.
    const people = await Promise.all(Array.from({ length: 10 }, (_, n) => site.server.person(`waiting${n}`)));
    const tokens = await Promise.all(people.map((person) => site.register(person, "web")));
    const room = await makeGroup(
      ada,
      people.map(({ id }) => id),
    );
    const { promise: held, resolve: release } = Promise.withResolvers<void>();
    site.provider.hold = held;
    const { asked } = site.provider;
    await say(ada, room, "hello");
    await expect.poll(() => site.provider.asked).toBe(asked + 8);
    const out = await people[8]?.rest.post("/devices/web/logout", {});
    expect(out?.body).toMatchObject({ success: true });
    await ada.rest.delete(`/rooms/${room}/members/waiting9`);
    site.provider.hold = undefined;
    release();
    await site.settle();
    expect(tokens.map((token) => site.got(token).length)).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 0, 0]);
  });
});

describe("keys", () => {
  it("are the same for nodes that start together", async () => {
    await site.db.deleteFrom("push_keys").execute();
    const parts = { db: site.db, clock: { now: () => new Date() } };
    const made = await Promise.all(Array.from({ length: 4 }, () => resolveVapidKeys(parts, site.server.pipit.config)));
    expect(new Set(made.map(({ publicKey, privateKey }) => `${publicKey} ${privateKey}`)).size).toBe(1);
  });

  it("that are configured go before, and only both together", async () => {
    const parts = { db: site.db, clock: { now: () => new Date() } };
    const { config } = site.server.pipit;
    const given = { ...config, vapidPublicKey: "public", vapidPrivateKey: "private" };
    expect(await resolveVapidKeys(parts, given)).toEqual({ publicKey: "public", privateKey: "private" });
    await expect(resolveVapidKeys(parts, { ...config, vapidPublicKey: "public" })).rejects.toThrow(/belong together/);
  });
});

describe("turns", () => {
  it("are taken in order for each key, and work that fails holds nobody up", async () => {
    const turns = createTurns();
    const done: string[] = [];
    const { promise: opened, resolve: open } = Promise.withResolvers<void>();
    const first = turns(["a"], async () => {
      await opened;
      done.push("first");
      throw new Error("first fails");
    });
    const second = turns(["b", "a"], async () => done.push("second"));
    const third = turns(["b"], async () => done.push("third"));
    await turns(["c"], async () => done.push("other"));
    open();
    await expect(first).rejects.toThrow("first fails");
    await Promise.all([second, third]);
    expect(done).toEqual(["other", "first", "second", "third"]);
  });
});
