/** Slow mode: a plain member may send to a room only so often. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createFakeClock, createLastingPerson, type FakeClock } from "../../../test/setup/fake-clock.ts";
import { codeOf, makeGroup, say } from "../../../test/setup/talk.ts";
import { type Person, startTestServer, type TestServer } from "../../../test/setup/test-server.ts";

let server: TestServer;
let clock: FakeClock;
let ada: Person;
let bob: Person;

beforeAll(async () => {
  clock = createFakeClock();
  server = await startTestServer({ clock });
  ada = await createLastingPerson(server, "ada");
  bob = await createLastingPerson(server, "bob");
});
afterAll(() => server.close());

const send = (person: Person, room: string, given: object = {}) =>
  person.rest.post(`/rooms/${room}/messages`, { content: "hi", ...given });

describe("[R9] in slow mode", () => {
  it("a member's next message waits for the time, others' and admins' do not", async () => {
    const room = await makeGroup(ada, ["bob"], { settings: { slow_mode_seconds: 30 } });
    expect(codeOf(await send(bob, room))).toBe("ok");
    clock.pass(10);
    const refused = await send(bob, room);
    expect(codeOf(refused)).toBe("rate_limited");
    expect(refused.body).toMatchObject({ retry_after: 20 });
    for (let n = 0; n < 3; n += 1) await say(ada, room, "as often as I like");
    clock.pass(20);
    expect(codeOf(await send(bob, room))).toBe("ok");
  });

  it("[G3] a retry of what was sent is no new message", async () => {
    const room = await makeGroup(ada, ["bob"], { settings: { slow_mode_seconds: 30 } });
    const given = { client_message_id: "1" };
    expect((await send(bob, room, given)).body.data).toMatchObject({ duplicate: false });
    expect((await send(bob, room, given)).body.data).toMatchObject({ duplicate: true });
    clock.pass(30);
    const both = await Promise.all([send(bob, room, given), send(bob, room)]);
    expect(both.map(codeOf)).toEqual(["ok", "ok"]);
  });

  it("of many that come at once, one passes; it begins with the last message of before it was set", async () => {
    const room = await makeGroup(ada, ["bob"]);
    await say(bob, room, "before");
    await ada.rest.patch(`/rooms/${room}`, { settings: { slow_mode_seconds: 30 } });
    expect(codeOf(await send(bob, room))).toBe("rate_limited");
    clock.pass(30);
    const replies = await Promise.all(Array.from({ length: 10 }, () => send(bob, room)));
    expect(replies.map(codeOf).sort()).toEqual(["ok", ...Array.from({ length: 9 }, () => "rate_limited")]);
    const refused = replies.filter((reply) => codeOf(reply) !== "ok");
    for (const reply of refused) expect(reply.body).toMatchObject({ retry_after: 30 });
  });
});
