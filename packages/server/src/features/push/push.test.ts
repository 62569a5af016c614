/** Who is notified of a message, and of what. */
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { makeDirect, makeGroup, say } from "../../../test/setup/talk.ts";
import type { Person } from "../../../test/setup/test-server.ts";
import { findPushJobs, openPushSite, type PushSite } from "./push.fixture.ts";

let site: PushSite;
let count = 0;

beforeAll(async () => {
  site = await openPushSite();
});
afterAll(() => site.close());
afterEach(() => {
  site.provider.mood = "takes";
  expect(site.provider.faults).toEqual([]);
});

/** Two people whom no other test knows. */
async function makePeople(on = site): Promise<{ ada: Person; bob: Person }> {
  count += 1;
  return { ada: await on.server.person(`ada${count}`), bob: await on.server.person(`bob${count}`) };
}

/** A site of the test's own. */
async function openOwnSite(options: Parameters<typeof openPushSite>[0] = {}): Promise<PushSite> {
  const own = await openPushSite(options);
  onTestFinished(() => own.close());
  return own;
}

/** Sees to it that what waits for a retry is tried again now. */
async function hurry(): Promise<void> {
  await site.db
    .updateTable("jobs")
    .set({ run_at: new Date(0) })
    .where("kind", "=", "push.notify")
    .execute();
  // A message in a room of one's own notifies nobody, but wakes the jobs.
  const { ada } = await makePeople();
  await say(ada, await makeGroup(ada), "wake");
}

const inAnHour = (): string => new Date(Date.now() + 3_600_000).toISOString();

async function mute(person: Person, roomId: string): Promise<void> {
  const reply = await person.rest.patch(`/rooms/${roomId}/preferences`, { muted_until: inAnHour() });
  expect(reply.body).toMatchObject({ success: true });
}

/** The sequences that a device was notified of. */
function sequencesOf(token: string): unknown[] {
  return site.got(token).map(({ data }) => data.sequence_number);
}

describe("a message", () => {
  it("[U1][G12] reaches every device of the others, with its ids and the badge, without a word or a name", async () => {
    const { ada, bob } = await makePeople();
    const tokens = [await site.register(bob, "phone"), await site.register(bob, "laptop")];
    const own = await site.register(ada, "adas");
    const room = await makeGroup(ada, [bob.id], { name: "Secret" });
    const { id } = await say(ada, room, "a secret word");
    await site.settle();
    for (const token of tokens) {
      const [taken, ...others] = site.got(token);
      expect(others).toEqual([]);
      expect(taken?.alert).toEqual({ body: "New message" });
      expect(taken?.data).toEqual({
        type: "message",
        tag: room,
        badge: 1,
        room_id: room,
        message_id: id,
        sequence_number: 1,
        sender_id: ada.id,
      });
    }
    expect(site.got(own)).toEqual([]);
    expect(JSON.stringify(tokens.map(site.got))).not.toMatch(/secret/i);
  });

  it("[U2] says who wrote what and where if the institution wants it, at most 100 characters", async () => {
    const own = await openOwnSite({ pushPreview: true });
    const [ada, bob] = [await own.server.person("ada"), await own.server.person("bob")];
    const token = await own.register(bob, "phone");
    await say(ada, await makeGroup(ada, [bob.id], { name: "Choir" }), "Tuesday!");
    await own.settle();
    await say(ada, await makeDirect(ada, "bob"), "😀".repeat(150));
    await own.settle();
    expect(own.got(token).map(({ alert }) => alert)).toEqual([
      { title: "Choir", body: "ada: Tuesday!" },
      { title: "ada", body: "😀".repeat(100) },
    ]);
    expect(own.got(token).map(({ data }) => data.badge)).toEqual([1, 2]);
  });

  it("[U3] of the system notifies nobody; without devices nothing is even planned", async () => {
    const own = await openOwnSite();
    const planned = () => findPushJobs(own.db, ["push.messages"]);
    const [ada, bob] = [await own.server.person("ada"), await own.server.person("bob")];
    const room = await makeGroup(ada, ["bob"]);
    await say(ada, room, "nobody has a device");
    expect(await planned()).toEqual([]);
    const token = await own.register(bob, "phone");
    await ada.rest.patch(`/rooms/${room}`, { name: "Renamed" });
    expect(await planned()).toEqual([]);
    expect(own.got(token)).toEqual([]);
  });

  it("[U4] does not go to a device in focus, but to the user's others", async () => {
    const { ada, bob } = await makePeople();
    const [phone, laptop, tablet] = [
      await site.register(bob, "phone"),
      await site.register(bob, "laptop"),
      await site.register(bob, "tablet"),
    ];
    await site.server.socket(bob, { deviceId: "laptop" });
    await site.server.socket(bob, { deviceId: "tablet", inFocus: false });
    await say(ada, await makeGroup(ada, [bob.id]), "hello");
    await site.settle();
    expect([phone, laptop, tablet].map((token) => site.got(token).length)).toEqual([1, 0, 1]);
  });

  it("[U3] is not told of twice, and what is read, hidden or deleted by then is not told of at all", async () => {
    const { ada, bob } = await makePeople();
    const token = await site.register(bob, "phone");
    const room = await makeGroup(ada, [bob.id]);
    site.provider.mood = "broken";
    for (const content of ["one", "two", "three"]) await say(ada, room, content);
    await site.settle();
    site.provider.mood = "takes";
    await ada.rest.delete(`/messages/${room}.3?for=everyone`);
    await bob.rest.delete(`/messages/${room}.2?for=me`);
    await hurry();
    await expect.poll(() => sequencesOf(token)).toEqual([1]);
    // As if a node had died before it could remove its job, twice.
    const job = { kind: "push.messages", payload: JSON.stringify({ rooms: [{ room, first: 1, last: 3 }] }) } as const;
    const at = { run_at: new Date(), created_at: new Date(), key: null };
    const again = [
      { ...job, ...at },
      { ...job, ...at },
    ];
    await site.db.insertInto("jobs").values(again).execute();
    await hurry();
    await site.settle();
    expect(sequencesOf(token)).toEqual([1]);
  });

  it("[G8] does not reach one who was removed before it went, nor one who has not joined yet", async () => {
    const { ada, bob } = await makePeople();
    const token = await site.register(bob, "phone");
    const room = await makeGroup(ada, [bob.id]);
    site.provider.mood = "broken";
    await say(ada, room, "for bob");
    await site.settle();
    site.provider.mood = "takes";
    await ada.rest.delete(`/rooms/${room}/members/${bob.id}`);
    await hurry();
    await say(ada, room, "not for bob");
    await site.settle();
    await expect.poll(() => findPushJobs(site.db, ["push.notify"])).toEqual([]);
    expect(site.got(token)).toEqual([]);
  });

  it("[G9] notifies nobody of another tenant, also one with the same name and device", async () => {
    const { ada, bob } = await makePeople();
    const stranger = await site.server.person(bob.id, "elsewhere");
    const [token, theirs] = [await site.register(bob, "phone"), await site.register(stranger, "phone")];
    await say(ada, await makeGroup(ada, [bob.id]), "hello");
    await site.settle();
    expect([site.got(token).length, site.got(theirs).length]).toEqual([1, 0]);
    expect((await stranger.rest.get("/devices")).body.data).toMatchObject([{ last_push: null }]);
  });
});

describe("a muted room", () => {
  it("[U5] notifies of nothing but messages that mention the user", async () => {
    const { ada, bob } = await makePeople();
    const token = await site.register(bob, "phone");
    const room = await makeGroup(ada, [bob.id]);
    await mute(bob, room);
    await say(ada, room, "noise");
    await site.settle();
    expect(site.got(token)).toEqual([]);
    await say(ada, room, "bob, look", { meta_data: { mentions: [bob.id] } });
    await say(ada, room, "noise again");
    await site.settle();
    expect(sequencesOf(token)).toEqual([2]);
    await say(ada, room, "more noise");
    await site.settle();
    expect(sequencesOf(token)).toEqual([2]);
    expect(site.got(token)[0]?.data.badge).toBe(3);
  });

  it("[U5] notifies of what mentions all, its sender excepted, and the newest of all mentions", async () => {
    const { ada, bob } = await makePeople();
    const [token, own] = [await site.register(bob, "phone"), await site.register(ada, "adas")];
    const room = await makeGroup(ada, [bob.id]);
    await mute(bob, room);
    await mute(ada, room);
    await say(ada, room, "@all come");
    await site.settle();
    expect(sequencesOf(token)).toEqual([1]);
    site.provider.mood = "broken";
    await say(ada, room, "@all hurry");
    await say(ada, room, "bob!", { meta_data: { mentions: [bob.id] } });
    await say(ada, room, "@all at last");
    await say(ada, room, "noise");
    await site.settle();
    site.provider.mood = "takes";
    await hurry();
    await expect.poll(() => sequencesOf(token)).toEqual([1, 4]);
    expect(site.got(own)).toEqual([]);
  });

  it("[U5] notifies one who wants no mention to do so of nothing, and an unmuted one of all", async () => {
    const { ada, bob } = await makePeople();
    const token = await site.register(bob, "phone");
    await bob.rest.patch("/users/me/chat-settings", { mentions_pierce_mute: false });
    const [quiet, loud] = [await makeGroup(ada, [bob.id]), await makeGroup(ada, [bob.id])];
    await mute(bob, quiet);
    await say(ada, quiet, "bob!", { meta_data: { mentions: [bob.id] } });
    await say(ada, quiet, "@all");
    await say(ada, loud, "hello");
    await site.settle();
    expect(site.got(token).map(({ data }) => data.room_id)).toEqual([loud]);
  });
});

describe("a request", () => {
  it("[U5] notifies of nothing until it is accepted", async () => {
    const { ada, bob } = await makePeople();
    const token = await site.register(bob, "phone");
    const room = await makeDirect(ada, bob.id);
    const requests = site.db.updateTable("members").set({ is_request: true });
    await requests.where("room_id", "=", room).where("user_id", "=", bob.id).execute();
    await say(ada, room, "do you know me?");
    await site.settle();
    expect(site.got(token)).toEqual([]);
    await bob.rest.patch(`/rooms/${room}/preferences`, { is_request: false });
    await say(ada, room, "hello");
    await site.settle();
    expect(sequencesOf(token)).toEqual([2]);
  });
});

function findShown(roomId: string) {
  const shown = site.db.selectFrom("push_shown").select("device_id").where("room_id", "=", roomId);
  return shown.orderBy("device_id").execute();
}

describe("reading", () => {
  it("[U6] takes the notification away from the devices that were notified, and no others", async () => {
    const { ada, bob } = await makePeople();
    const [phone, laptop] = [await site.register(bob, "phone"), await site.register(bob, "laptop")];
    const [room, other] = [await makeGroup(ada, [bob.id]), await makeGroup(ada, [bob.id])];
    await say(ada, room, "one");
    await say(ada, other, "two");
    await site.settle();
    const late = await site.register(bob, "late");
    await bob.rest.post(`/rooms/${room}/receipts`, { kind: "read", up_to_sequence: 1 });
    for (const token of [phone, laptop]) {
      await expect.poll(() => site.got(token).at(-1)?.data.type).toBe("clear");
      const cleared = site.got(token).at(-1);
      expect(cleared?.data).toEqual({ type: "clear", tag: room, badge: 1, room_id: room, up_to_sequence: 1 });
      expect(cleared?.alert).toBeUndefined();
    }
    expect(site.got(late)).toEqual([]);
    await expect.poll(() => findShown(room)).toEqual([]);
    expect(await findShown(other)).toEqual([{ device_id: "laptop" }, { device_id: "phone" }]);
  });

  it("[U6] by answering does the same, and a device that is in focus takes care of itself", async () => {
    const { ada, bob } = await makePeople();
    const [phone, laptop] = [await site.register(bob, "phone"), await site.register(bob, "laptop")];
    const room = await makeGroup(ada, [bob.id]);
    await say(ada, room, "one");
    await site.settle();
    await site.server.socket(bob, { deviceId: "laptop" });
    await say(bob, room, "answer");
    await site.settle();
    expect(site.got(phone).map(({ data }) => data.type)).toEqual(["message", "clear"]);
    expect(site.got(laptop).map(({ data }) => data.type)).toEqual(["message"]);
    expect(await findShown(room)).toEqual([]);
  });

  it("[U6][A8] what is not read but cleared away is taken away too, and told of no more", async () => {
    const { ada, bob } = await makePeople();
    const token = await site.register(bob, "phone");
    const [room, other] = [await makeGroup(ada, [bob.id]), await makeGroup(ada, [bob.id])];
    await say(ada, room, "one");
    await site.settle();
    site.provider.mood = "broken";
    await say(ada, other, "two");
    await site.settle();
    site.provider.mood = "takes";
    for (const cleared of [room, other]) await bob.rest.post(`/rooms/${cleared}/clear`);
    await expect.poll(() => site.got(token).at(-1)?.data).toMatchObject({ type: "clear", tag: room, badge: 0 });
    await hurry();
    await expect.poll(() => findPushJobs(site.db, ["push.notify"])).toEqual([]);
    expect(site.got(token).map(({ data }) => [data.type, data.tag])).toEqual([
      ["message", room],
      ["clear", room],
    ]);
  });
});
