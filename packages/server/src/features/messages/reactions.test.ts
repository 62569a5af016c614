/** Reactions: emoji that people put on a message and take off again. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createFakeClock } from "../../../test/setup/fake-clock.ts";
import { ask, listenTo } from "../../../test/setup/listening.ts";
import { codeOf, makeGroup, say, viewMessage } from "../../../test/setup/talk.ts";
import { type Person, startTestServer, type TestServer } from "../../../test/setup/test-server.ts";

const clock = createFakeClock();
let server: TestServer;
let ada: Person;
let bob: Person;
let room: string;
let messageId: string;

beforeAll(async () => {
  server = await startTestServer({ clock });
  [ada, bob] = await Promise.all([server.person("ada"), server.person("bob")]);
});
afterAll(() => server.close());
beforeEach(async () => {
  room = await makeGroup(ada, ["bob"]);
  messageId = (await say(ada, room, "what do you think?")).id;
});

const pathOf = (emoji: string, id = messageId) => `/messages/${id}/reactions/${encodeURIComponent(emoji)}`;
const twenty = [..."😀😃😄😁😆😅🤣😂🙂🙃😉😊😇🥰😍🤩😘😗😚😙"];

async function react(person: Person, emoji: string): Promise<string> {
  // Reactions are listed by the time that they came at.
  clock.pass(1);
  return codeOf(await person.rest.post(pathOf(emoji)));
}

async function takeOff(person: Person, emoji: string): Promise<string> {
  return codeOf(await person.rest.delete(pathOf(emoji)));
}

describe("reactions", () => {
  it("[M5] one may put several on a message, and take each off again", async () => {
    for (const emoji of ["👍", "🎉"]) await react(bob, emoji);
    await react(ada, "👍");
    expect((await viewMessage(ada, messageId)).reactions).toEqual([
      { emoji: "👍", count: 2, user_ids: ["bob", "ada"], reacted_by_me: true },
      { emoji: "🎉", count: 1, user_ids: ["bob"], reacted_by_me: false },
    ]);
    await takeOff(bob, "👍");
    expect((await viewMessage(bob, messageId)).reactions).toEqual([
      { emoji: "🎉", count: 1, user_ids: ["bob"], reacted_by_me: true },
      { emoji: "👍", count: 1, user_ids: ["ada"], reacted_by_me: false },
    ]);
  });

  it("[M5] the same one twice is one, and nobody hears of the second", async () => {
    const listener = listenTo(await server.socket(ada));
    expect([await react(bob, "👍"), await react(bob, "👍")]).toEqual(["ok", "ok"]);
    expect((await viewMessage(ada, messageId)).reactions).toMatchObject([{ count: 1 }]);
    expect([await takeOff(bob, "👍"), await takeOff(bob, "👍")]).toEqual(["ok", "ok"]);
    expect((await viewMessage(ada, messageId)).reactions).toEqual([]);
    expect(await listener.settle()).toEqual(["message:reaction:update", "message:reaction:update"]);
  });

  it("[M5] with and without its presentation selector an emoji is the same", async () => {
    await react(bob, "\u2764");
    await react(bob, "\u2764\uFE0F");
    expect((await viewMessage(ada, messageId)).reactions).toMatchObject([{ emoji: "\u2764\uFE0F", count: 1 }]);
    await takeOff(bob, "\u2764");
    expect((await viewMessage(ada, messageId)).reactions).toEqual([]);
  });

  it("[M5] twenty different ones at most, of each person", async () => {
    for (const emoji of twenty) expect(await react(bob, emoji)).toBe("ok");
    expect(await react(bob, "🤔")).toBe("conflict");
    expect(await react(ada, "🤔")).toBe("ok");
    await takeOff(bob, "😀");
    expect(await react(bob, "🤔")).toBe("ok");
  });

  it("[M5] fifty different ones in all, of everybody together", async () => {
    const carl = await server.person("carl");
    await ada.rest.post(`/rooms/${room}/members`, { user_id: "carl" });
    const fifty = Array.from({ length: 50 }, (_, n) => String.fromCodePoint(0x1f400 + n));
    for (const [n, emoji] of fifty.entries()) expect(await react([ada, bob, carl][n % 3] ?? ada, emoji)).toBe("ok");
    expect(await react(bob, "🤔")).toBe("conflict");
    expect(await react(bob, fifty[0] ?? "")).toBe("ok");
    await takeOff(carl, fifty[2] ?? "");
    expect(await react(bob, "🤔")).toBe("ok");
    expect((await viewMessage(bob, messageId)).reactions).toHaveLength(50);
  });

  it("[M5] the same one twice is one, also when there are twenty", async () => {
    for (const emoji of twenty) await react(bob, emoji);
    expect(await react(bob, twenty.at(-1) ?? "")).toBe("ok");
  });

  it("[M5] what is no single emoji is refused", async () => {
    for (const text of ["a", "👍👍", "1", ":)", " "]) {
      expect(await react(bob, text), text).toBe("invalid_request");
      const reply = await ask(await server.socket(bob), "message:reaction:add", { message_id: messageId, emoji: text });
      expect(reply.code, text).toBe("invalid_request");
    }
  });

  it("[G11] of the many who reacted, twenty are named and all counted", async () => {
    const crowd = await Promise.all(Array.from({ length: 22 }, (_, n) => server.person(`fan-${n}`)));
    const big = await makeGroup(
      ada,
      crowd.map((person) => person.id),
    );
    const { id } = await say(ada, big, "hooray");
    for (const person of crowd) {
      clock.pass(1);
      await person.rest.post(pathOf("🎉", id));
    }
    const [reaction] = (await viewMessage(ada, id)).reactions;
    expect(reaction).toMatchObject({ count: 22, user_ids: crowd.slice(0, 20).map((person) => person.id) });
  });

  it("members hear who did what, and how it stands then", async () => {
    const listener = listenTo(await server.socket(ada));
    const { change } = await viewMessage(ada, messageId);
    await react(bob, "👍");
    await takeOff(bob, "👍");
    await listener.settle();
    const fact = { room_id: room, message_id: messageId, emoji: "👍", user_id: "bob" };
    const reactions = [{ emoji: "👍", count: 1, user_ids: ["bob"], reacted_by_me: false }];
    expect(listener.of("message:reaction:update")).toEqual([
      { ...fact, change: change + 1, action: "added", reactions },
      { ...fact, change: change + 2, action: "removed", reactions: [] },
    ]);
    expect((await viewMessage(ada, messageId)).change).toBe(change + 2);
  });

  it("a deleted message takes none, an unknown one is not found", async () => {
    await react(bob, "👍");
    await ada.rest.delete(`/messages/${messageId}`);
    expect([await react(bob, "🎉"), await takeOff(bob, "👍")]).toEqual(["gone", "gone"]);
    expect(codeOf(await bob.rest.post(pathOf("👍", `${room}.99`)))).toBe("not_found");
  });
});
