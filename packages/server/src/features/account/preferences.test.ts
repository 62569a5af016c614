/** Preferences of a room: pinned, archived, muted, and a draft, for one user on all their devices. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listenTo } from "../../../test/setup/listening.ts";
import { codeOf, makeGroup, say, viewRoom } from "../../../test/setup/talk.ts";
import { type Person, startTestServer, type TestServer } from "../../../test/setup/test-server.ts";

let server: TestServer;
let ada: Person;
let bob: Person;

beforeAll(async () => {
  server = await startTestServer();
  [ada, bob] = [await server.person("ada"), await server.person("bob")];
});
afterAll(() => server.close());

const far = "2999-01-01T00:00:00.000Z";

async function set(person: Person, room: string, given: object) {
  const reply = await person.rest.patch(`/rooms/${room}/preferences`, given);
  expect(codeOf(reply)).toBe("ok");
  return reply.body.data;
}

describe("preferences", () => {
  it("[A7] are set one by one, and the room shows them to their user alone", async () => {
    const room = await makeGroup(ada, ["bob"]);
    const plain = { is_pinned: false, is_archived: false, muted_until: null, draft: null, is_marked_unread: false };
    const others = { is_hidden: false, is_request: false, cleared_sequence: 0 };
    expect(await set(ada, room, {})).toEqual({ room_id: room, ...plain, ...others, account_change: 0 });
    await set(ada, room, { is_pinned: true });
    await set(ada, room, { muted_until: far });
    const last = await set(ada, room, { is_archived: true });
    const given = { ...plain, is_pinned: true, is_archived: true, muted_until: far };
    expect(last).toEqual({ room_id: room, ...given, ...others, account_change: expect.any(Number) });
    expect(await viewRoom(ada, room)).toMatchObject({ ...given, preferences_change: last.account_change });
    expect(await viewRoom(bob, room)).toMatchObject({ ...plain, preferences_change: 0 });
    expect(await set(ada, room, { muted_until: null })).toMatchObject({ muted_until: null, is_pinned: true });
  });

  it("[A3] set to what they are, change nothing and tell nobody", async () => {
    const room = await makeGroup(ada);
    const given = { is_pinned: true, is_archived: false, muted_until: far, draft: { content: "to be" } };
    const first = await set(ada, room, given);
    const other = listenTo(await server.socket(ada));
    expect(await set(ada, room, given)).toEqual(first);
    expect(await set(ada, room, { draft: { content: "to be", reply_to: null } })).toEqual(first);
    await other.settle();
    expect(other.heard).toEqual([]);
  });

  it("[A1][W8] are told to the user's other sockets alone", async () => {
    const room = await makeGroup(ada, ["bob"]);
    const asking = listenTo(await server.socket(ada));
    const [other, foreign] = [listenTo(await server.socket(ada)), listenTo(await server.socket(bob))];
    const { data } = await asking.socket.emitWithAck("room:preferences:update", { room_id: room, is_pinned: true });
    for (const listener of [asking, other, foreign]) await listener.settle();
    const { account_change } = data;
    const told = { kind: "preferences", account_change, room_id: room, preferences: data };
    expect(other.of("account:update")).toEqual([told]);
    expect([...asking.heard, ...foreign.heard]).toEqual([]);
  });

  it("[A7] a draft is kept as it was written, and an empty one is none", async () => {
    const room = await makeGroup(ada);
    const { id } = await say(ada, room, "said");
    const { draft } = await set(ada, room, { draft: { content: " half a thought\n", reply_to: id } });
    expect(draft).toEqual({ content: " half a thought\n", reply_to: id, updated_at: expect.any(String) });
    expect((await set(ada, room, { draft: { content: "", reply_to: id } })).draft).toMatchObject({ reply_to: id });
    expect((await set(ada, room, { draft: { content: "" } })).draft).toBeNull();
    await set(ada, room, { draft: { content: "x" } });
    expect((await set(ada, room, { draft: null })).draft).toBeNull();
    const long = await ada.rest.patch(`/rooms/${room}/preferences`, { draft: { content: "x".repeat(10_001) } });
    expect(codeOf(long)).toBe("invalid_request");
    expect((await set(ada, room, { draft: { content: "x".repeat(10_000) } })).draft.content).toHaveLength(10_000);
  });

  it("[G9] a draft replies to a message of the room that one can see", async () => {
    const room = await makeGroup(ada);
    const other = await say(ada, await makeGroup(ada), "elsewhere");
    for (const replyTo of [other.id, `${room}.1`, "nonsense"]) {
      const reply = await ada.rest.patch(`/rooms/${room}/preferences`, { draft: { content: "", reply_to: replyTo } });
      expect(codeOf(reply), replyTo).toBe("not_found");
    }
  });

  it("[A5] are kept for one who leaves and comes back", async () => {
    const room = await makeGroup(ada, ["bob"]);
    const kept = await set(bob, room, { muted_until: far, draft: { content: "still here" } });
    await bob.rest.post(`/rooms/${room}/leave`);
    expect(codeOf(await bob.rest.patch(`/rooms/${room}/preferences`, { is_pinned: true }))).toBe("not_found");
    await ada.rest.post(`/rooms/${room}/members`, { user_id: "bob" });
    const { draft, account_change } = kept;
    expect(await viewRoom(bob, room)).toMatchObject({ muted_until: far, draft, preferences_change: account_change });
  });

  it("any moment that may be given can be kept", async () => {
    const room = await makeGroup(ada);
    for (const moment of ["0000-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z"]) {
      expect(await set(ada, room, { muted_until: moment })).toMatchObject({ muted_until: moment });
    }
  });
});
