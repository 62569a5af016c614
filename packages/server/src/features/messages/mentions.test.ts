/** Mentions: members whom a message calls by name. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { listenTo } from "../../../test/setup/listening.ts";
import { codeOf, makeGroup, say, viewMessage, viewRoom } from "../../../test/setup/talk.ts";
import { type Person, startTestServer, type TestServer } from "../../../test/setup/test-server.ts";

let server: TestServer;
let ada: Person;
let bob: Person;
let carl: Person;
let eve: Person;
let room: string;

beforeAll(async () => {
  server = await startTestServer();
  [ada, bob, carl, eve] = await Promise.all([
    server.person("ada"),
    server.person("bob"),
    server.person("carl"),
    server.person("eve"),
  ]);
});
afterAll(() => server.close());
beforeEach(async () => {
  room = await makeGroup(ada, ["bob", "carl"]);
});

const naming = (...mentions: string[]) => ({ meta_data: { mentions } });

describe("mentions", () => {
  it("[M6] count if they name a member, each once", async () => {
    const { id } = await say(ada, room, "hi", naming("bob", "eve", "nobody", "bob"));
    expect((await viewMessage(carl, id)).meta_data.mentions).toEqual(["bob"]);
    expect(await viewRoom(bob, room)).toMatchObject({ mention_count: 1, unread_count: 1 });
    expect(await viewRoom(carl, room)).toMatchObject({ mention_count: 0, unread_count: 1 });
    expect((await eve.rest.get("/unread-count")).body.data).toEqual({ total_unread: 0, rooms: [] });
  });

  it("[M6] who left, or was removed, is none; who returned is one again", async () => {
    await carl.rest.post(`/rooms/${room}/leave`);
    const gone = await say(ada, room, "carl?", naming("carl"));
    expect((await viewMessage(ada, gone.id)).meta_data.mentions).toBeUndefined();
    await ada.rest.post(`/rooms/${room}/members`, { user_id: "carl" });
    expect(await viewRoom(carl, room)).toMatchObject({ mention_count: 0 });
    await say(ada, room, "carl!", naming("carl"));
    expect(await viewRoom(carl, room)).toMatchObject({ mention_count: 1 });
  });

  it("[M6] those mentioned are told, on all their devices, and nobody else", async () => {
    await ada.rest.patch("/users/me", { name: "Ada Lovelace" });
    const devices = await Promise.all([bob, bob, carl, eve, ada].map((person) => server.socket(person)));
    const listeners = devices.map(listenTo);
    const content = `${"é".repeat(99)}🎉 and what is cut off`;
    const { id } = await say(ada, room, content, naming("bob", "eve"));
    for (const listener of listeners) await listener.settle();
    const told = {
      roomId: room,
      messageId: id,
      mentionedBy: "ada",
      mentionedByName: "Ada Lovelace",
      content: `${"é".repeat(99)}🎉`,
    };
    expect(listeners.map((listener) => listener.of("notification:mention"))).toEqual([[told], [told], [], [], []]);
  });

  it("[M6][G3] a resend tells nobody again", async () => {
    const listener = listenTo(await server.socket(bob));
    const body = { ...naming("bob"), client_message_id: "c" };
    for (let n = 0; n < 2; n += 1) await say(ada, room, "bob!", body);
    expect(await listener.settle()).toEqual(["message:receive", "notification:mention"]);
    expect(await viewRoom(bob, room)).toMatchObject({ mention_count: 1 });
  });

  it("[M6] of oneself counts for nothing, and one is not told", async () => {
    const listener = listenTo(await server.socket(ada));
    await say(ada, room, "me, myself", naming("ada"));
    expect(await listener.settle()).toEqual(["message:receive"]);
    expect(await viewRoom(ada, room)).toMatchObject({ mention_count: 0, unread_count: 0 });
  });

  it("[G7] are no longer counted when they have been read, hidden, or deleted", async () => {
    const sent = [];
    for (const content of ["one", "two", "three"]) sent.push(await say(ada, room, content, naming("bob")));
    await ada.rest.delete(`/messages/${sent[2]?.id}`);
    expect(await viewRoom(bob, room)).toMatchObject({ mention_count: 2, unread_count: 2 });
    await bob.rest.delete(`/messages/${sent[1]?.id}?for=me`);
    expect(await viewRoom(bob, room)).toMatchObject({ mention_count: 1, unread_count: 1 });
    await bob.rest.put(`/messages/${sent[0]?.id}/seen`);
    expect(await viewRoom(bob, room)).toMatchObject({ mention_count: 0, unread_count: 0 });
  });

  it("[G11] a message names at most fifty", async () => {
    const many = Array.from({ length: 51 }, (_, n) => `user-${n}`);
    const reply = await ada.rest.post(`/rooms/${room}/messages`, { content: "all of you", ...naming(...many) });
    expect(codeOf(reply)).toBe("invalid_request");
  });
});
