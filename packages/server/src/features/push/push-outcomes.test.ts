/** What becomes of notifications: results, dead tokens, retries, and the test that a user may ask for. */
import { sql } from "kysely";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createFakeClock, createLastingPerson, type FakeClock } from "../../../test/setup/fake-clock.ts";
import { codeOf, makeGroup, say } from "../../../test/setup/talk.ts";
import type { Person } from "../../../test/setup/test-server.ts";
import { findPushJobs, openPushSite, type PushSite, registerBrowser } from "./push.fixture.ts";

let site: PushSite;
let clock: FakeClock;
let ada: Person;
let count = 0;

beforeAll(async () => {
  clock = createFakeClock();
  site = await openPushSite({ clock });
  ada = await createLastingPerson(site.server, "ada");
});
afterAll(() => site.close());
afterEach(() => {
  site.provider.mood = "takes";
});

/** Somebody with a device, in a room with Ada. */
async function makeBob() {
  count += 1;
  const bob = await createLastingPerson(site.server, `bob${count}`);
  const token = await site.register(bob, "phone");
  return { bob, token, room: await makeGroup(ada, [bob.id]) };
}

async function readDevice(person: Person) {
  return (await person.rest.get("/devices")).body.data[0];
}

async function wake(): Promise<void> {
  await say(ada, await makeGroup(ada), "wake");
}

describe("a device", () => {
  it("[U7] tells what became of its last notification, never its token", async () => {
    const { bob, token, room } = await makeBob();
    expect((await readDevice(bob)).last_push).toBeNull();
    await say(ada, room, "hello");
    await site.settle();
    const device = await readDevice(bob);
    expect(device.last_push).toEqual({ at: clock.now().toISOString(), result: "sent", detail: null });
    expect(JSON.stringify(device)).not.toContain(JSON.parse(token).keys.auth);
  });

  it("[U7] whose token is dead loses it, and says so", async () => {
    const { bob, room } = await makeBob();
    site.provider.mood = "dead";
    await say(ada, room, "hello");
    await site.settle();
    const device = await readDevice(bob);
    expect(device).toMatchObject({ push_provider: null, last_push: { result: "dropped" } });
    expect(device.last_push.detail).toMatch(/^410 the subscription has ended$/);
    const { asked } = site.provider;
    await say(ada, room, "again");
    await site.settle();
    expect(site.provider.asked).toBe(asked);
  });

  it("[U7] that registered anew while its old token died keeps the new one", async () => {
    const { bob, room } = await makeBob();
    const { promise: held, resolve: release } = Promise.withResolvers<void>();
    site.provider.hold = held;
    site.provider.mood = "dead";
    const { asked } = site.provider;
    await say(ada, room, "hello");
    await expect.poll(() => site.provider.asked).toBe(asked + 1);
    const fresh = site.provider.subscribe();
    await registerBrowser(bob, "phone", fresh);
    site.provider.hold = undefined;
    release();
    await site.settle();
    expect(await readDevice(bob)).toMatchObject({ push_provider: "webpush" });
    site.provider.mood = "takes";
    await say(ada, room, "once more");
    await site.settle();
    expect(site.got(fresh)).toHaveLength(1);
  });
});

describe("a provider that does not take it", () => {
  it("[U8] is asked again later and later, not sooner than it says, and never with every new message", async () => {
    const { bob, token, room } = await makeBob();
    site.provider.mood = "busy";
    const { asked } = site.provider;
    await say(ada, room, "one");
    await site.settle();
    await say(ada, room, "two");
    await site.settle();
    expect(site.provider.asked).toBe(asked + 1);
    expect((await readDevice(bob)).last_push).toMatchObject({
      result: "failed",
      detail: "429 the push service wants less for now",
    });
    const [job] = await findPushJobs(site.db, ["push.notify"]);
    expect(job?.run_at.getTime()).toBe(clock.now().getTime() + 120_000);
    clock.pass(119);
    await wake();
    await site.settle();
    expect(site.provider.asked).toBe(asked + 1);
    site.provider.mood = "takes";
    clock.pass(1);
    await wake();
    await expect.poll(() => site.got(token).map(({ data }) => data.sequence_number)).toEqual([2]);
    await expect.poll(() => findPushJobs(site.db, ["push.notify"])).toEqual([]);
  });

  it("[U8] is given up after fourteen retries; what it refuses is not tried again", async () => {
    const { room } = await makeBob();
    site.provider.mood = "broken";
    const { asked } = site.provider;
    await say(ada, room, "one");
    await site.settle();
    const readFailures = async () =>
      (await findPushJobs(site.db, ["push.notify"])).map(({ payload }) => payload.failures);
    expect(await readFailures()).toEqual([1]);
    await site.db
      .updateTable("jobs")
      .set({ payload: sql`jsonb_set(payload, '{failures}', '13')` })
      .where("kind", "=", "push.notify")
      .execute();
    for (const [attempts, left] of [
      [2, [14]],
      [3, []],
    ] as const) {
      clock.pass(3_700);
      await wake();
      await expect.poll(() => site.provider.asked).toBe(asked + attempts);
      // Only then may time pass: the job that runs is held by the clock.
      await expect.poll(readFailures).toEqual(left);
    }
    site.provider.mood = "refuses";
    await say(ada, room, "two");
    await site.settle();
    expect(await findPushJobs(site.db, ["push.notify"])).toEqual([]);
  });
});

describe("a notification that nothing took away", () => {
  it("[U6][G12] is found: what was deleted, or read when a node died, or of a room that one is out of", async () => {
    const { bob, token, room } = await makeBob();
    await say(ada, room, "regretted");
    await site.settle();
    await ada.rest.delete(`/messages/${room}.1?for=everyone`);
    clock.pass(301);
    await wake();
    await expect.poll(() => site.got(token).map(({ data }) => data.type)).toEqual(["message", "clear"]);
    await say(ada, room, "one");
    await site.settle();
    await ada.rest.delete(`/rooms/${room}/members/${bob.id}`);
    clock.pass(301);
    await wake();
    await expect
      .poll(() => site.got(token).map(({ data }) => data.type))
      .toEqual(["message", "clear", "message", "clear"]);
  });
});

describe("what takes a notification away, if it fails", () => {
  it("[U6][U8] is tried again later and later, by nothing else meanwhile, and given up", async () => {
    const { bob, token, room } = await makeBob();
    await say(ada, room, "hello");
    await site.settle();
    site.provider.mood = "broken";
    const { asked } = site.provider;
    await bob.rest.post(`/rooms/${room}/receipts`, { kind: "read", up_to_sequence: 1 });
    const readFailures = async () =>
      (await findPushJobs(site.db, ["push.clear"])).map(({ payload }) => payload.again?.failures);
    await expect.poll(readFailures).toEqual([1]);
    expect(site.provider.asked).toBe(asked + 1);
    const isLater = { run_at: new Date(clock.now().getTime() + 3_600_000) };
    await site.db.updateTable("jobs").set(isLater).where("kind", "=", "push.clear").execute();
    clock.pass(301);
    await say(ada, await makeGroup(ada), "wake");
    await expect.poll(() => findReconciliations()).toEqual([clock.now().getTime() + 300_000]);
    expect(site.provider.asked).toBe(asked + 1);
    const payload = sql<string>`jsonb_set(payload, '{again,failures}', '12')`;
    await site.db.updateTable("jobs").set({ payload }).where("kind", "=", "push.clear").execute();
    clock.pass(3_700);
    await wake();
    await expect.poll(() => findShown(room)).toEqual([]);
    await expect.poll(readFailures).toEqual([]);
    expect([site.provider.asked, site.got(token).length]).toEqual([asked + 2, 1]);
  });
});

async function findReconciliations(): Promise<number[]> {
  const jobs = site.db.selectFrom("jobs").select("run_at").where("kind", "=", "push.reconcile").limit(10);
  return (await jobs.execute()).map((job) => job.run_at.getTime());
}

function findShown(roomId: string) {
  return site.db.selectFrom("push_shown").select("device_id").where("room_id", "=", roomId).limit(10).execute();
}

describe("a test", () => {
  it("[U10] is sent to a device of one's own, and its result told", async () => {
    const { bob, token } = await makeBob();
    const at = clock.now().toISOString();
    const sent = await bob.rest.post("/devices/phone/test-push", {});
    expect(sent.body.data).toEqual({ at, result: "sent", detail: null });
    expect(site.got(token)).toMatchObject([{ data: { type: "test" }, alert: { body: "New message" } }]);
    site.provider.mood = "refuses";
    const refused = await bob.rest.post("/devices/phone/test-push", {});
    expect(refused.body.data).toMatchObject({
      result: "failed",
      detail: expect.stringMatching(/^403 the push service does not accept this server's key$/),
    });
    expect((await readDevice(bob)).last_push).toEqual(refused.body.data);
  });

  it("[U10][G11] waits for no other of the same user, who is told so", async () => {
    const { bob } = await makeBob();
    const { promise: held, resolve: release } = Promise.withResolvers<void>();
    site.provider.hold = held;
    const { asked } = site.provider;
    const first = bob.rest.post("/devices/phone/test-push", {});
    await expect.poll(() => site.provider.asked).toBe(asked + 1);
    expect(codeOf(await bob.rest.post("/devices/phone/test-push", {}))).toBe("conflict");
    site.provider.hold = undefined;
    release();
    expect((await first).body.data).toMatchObject({ result: "sent" });
    expect((await bob.rest.post("/devices/phone/test-push", {})).body.data).toMatchObject({ result: "sent" });
  });

  it("[U10][G9] of a device that is not one's own is not found; of one without a token, a conflict", async () => {
    const { bob } = await makeBob();
    expect(codeOf(await ada.rest.post("/devices/phone/test-push", {}))).toBe("not_found");
    const stranger = await createLastingPerson(site.server, bob.id, "elsewhere");
    expect(codeOf(await stranger.rest.post("/devices/phone/test-push", {}))).toBe("not_found");
    await registerBrowser(bob, "phone", null);
    expect(codeOf(await bob.rest.post("/devices/phone/test-push", {}))).toBe("conflict");
  });

  it("of a provider that the server is not set up for says so", async () => {
    const { bob } = await makeBob();
    const device = { device_name: "x", device_type: "mobile", platform: "ios", app_version: "1" };
    await bob.rest.post("/devices/register", { device_id: "apple", push_token: "ab".repeat(32), ...device });
    const reply = await bob.rest.post("/devices/apple/test-push", {});
    expect(reply.body.data).toMatchObject({ result: "failed", detail: "This server is not set up for apns." });
    expect((await bob.rest.get("/push/config")).body.data.providers).toEqual(["webpush"]);
  });
});
