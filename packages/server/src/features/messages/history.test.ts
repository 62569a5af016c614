/** A room's history, page by page. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createFakeClock } from "../../../test/setup/fake-clock.ts";
import { ask } from "../../../test/setup/listening.ts";
import type { RestReply } from "../../../test/setup/rest-client.ts";
import { codeOf, makeGroup, readHistory, say } from "../../../test/setup/talk.ts";
import { type Person, startTestServer, type TestServer } from "../../../test/setup/test-server.ts";

const clock = createFakeClock();
let server: TestServer;
let ada: Person;
let bob: Person;
let room: string;

// Ten messages: the third is a tombstone, the fifth of the system, and bob has hidden the seventh.
beforeAll(async () => {
  server = await startTestServer({ clock });
  [ada, bob] = await Promise.all([server.person("ada"), server.person("bob")]);
  room = await makeGroup(ada, ["bob"]);
  for (let n = 1; n <= 10; n += 1) {
    if (n === 5) await ada.rest.patch(`/rooms/${room}`, { name: "Five" });
    else await say(ada, room, `message ${n}`);
  }
  await ada.rest.delete(`/messages/${room}.3`);
  await bob.rest.delete(`/messages/${room}.7?for=me`);
});
afterAll(() => server.close());

const all = [1, 2, 3, 4, 5, 6, 8, 9, 10];

function get(query: string): Promise<RestReply> {
  return bob.rest.get(`/rooms/${room}/messages?${query}`);
}

type Page = { sequences: number[]; more: boolean; cursor: string | null };

async function list(query: string): Promise<Page> {
  const { data, pagination } = (await get(query)).body;
  return {
    sequences: data.map((message: { sequence_number: number }) => message.sequence_number),
    more: pagination.has_more,
    cursor: pagination.next_cursor,
  };
}

/** All pages from one on, each by the cursor of the one before. */
async function follow(query: string, limit: number): Promise<number[][]> {
  const pages = [await list(`${query}&limit=${limit}`)];
  for (let page = pages[0]; page?.more; page = pages.at(-1)) {
    pages.push(await list(`cursor=${page.cursor}&limit=${limit}`));
  }
  expect(pages.at(-1)?.cursor).toBeNull();
  return pages.map((page) => page.sequences);
}

describe("messages.list", () => {
  it("begins with the newest page, ascending, with tombstones and the system's, without what one hid", async () => {
    expect(await list("")).toEqual({ sequences: all, more: false, cursor: null });
    expect(await list("limit=3")).toEqual({ sequences: [8, 9, 10], more: true, cursor: expect.any(String) });
    const { data } = (await get("")).body;
    expect(data[2]).toMatchObject({ is_deleted: true, content: "" });
    expect(data[4]).toMatchObject({ message_type: "system", meta_data: { system: { kind: "room_updated" } } });
  });

  it("goes on backwards, from the newest or from `before`, to the first message", async () => {
    expect(await follow("", 4)).toEqual([[6, 8, 9, 10], [2, 3, 4, 5], [1]]);
    expect(await follow("before=6", 3)).toEqual([
      [3, 4, 5],
      [1, 2],
    ]);
  });

  it("goes on forwards from `after`, to the last message", async () => {
    expect(await follow("after=0", 4)).toEqual([[1, 2, 3, 4], [5, 6, 8, 9], [10]]);
    expect(await follow("after=9", 4)).toEqual([[10]]);
    expect(await follow("after=10", 4)).toEqual([[]]);
  });

  it("brings what lies around a place: half a page older, itself, and what follows", async () => {
    expect((await list("around=5&limit=4")).sequences).toEqual([3, 4, 5, 6]);
    expect((await list("around=7&limit=4")).sequences).toEqual([5, 6, 8, 9]);
    expect((await list("around=1&limit=4")).sequences).toEqual([1, 2]);
    expect((await list("around=10&limit=4")).sequences).toEqual([8, 9, 10]);
    expect((await list("around=6&limit=1")).sequences).toEqual([6]);
    expect((await list("around=4&limit=100")).more).toBe(false);
  });

  it("goes on from around a place to newer messages, or to older ones where there are none", async () => {
    expect((await follow("around=5", 4)).flat()).toEqual([3, 4, 5, 6, 8, 9, 10]);
    expect((await follow("around=1", 4)).flat()).toEqual([1, 2, 3, 4, 5, 6, 8, 9, 10]);
    expect(await follow("around=10", 4)).toEqual([
      [8, 9, 10],
      [3, 4, 5, 6],
      [1, 2],
    ]);
  });

  it("a place beyond the ends is an end", async () => {
    expect((await list("before=1")).sequences).toEqual([]);
    expect((await list("before=99&limit=2")).sequences).toEqual([9, 10]);
    expect((await list("around=99&limit=4")).sequences).toEqual([9, 10]);
    expect((await list("around=0&limit=4")).sequences).toEqual([1, 2]);
  });

  it("[G11] gives at most a hundred at once, and takes one place at a time", async () => {
    const { cursor } = await list("limit=3");
    const queries = ["limit=101", "limit=0", "limit=x", "before=-1", "after=1.5", "before=5&after=2"];
    for (const query of [...queries, "around=1&after=1", `before=5&cursor=${cursor}`, "cursor=5"]) {
      expect(codeOf(await get(query)), query).toBe("invalid_request");
    }
  });

  it("[W2] is the same over the socket", async () => {
    const socket = await server.socket(bob);
    const page = await ask(socket, "message:history", { room_id: room, before: 6, limit: 2 });
    expect(page).toEqual((await get("before=6&limit=2")).body);
    const next = await ask(socket, "message:history", { room_id: room, cursor: page.pagination.next_cursor, limit: 2 });
    expect(next.data.map((message: { sequence_number: number }) => message.sequence_number)).toEqual([2, 3]);
  });

  it("[G9] of a room that one is not a member of is not found", async () => {
    const eve = await server.person("eve");
    expect(codeOf(await eve.rest.get(`/rooms/${room}/messages`))).toBe("not_found");
    expect(codeOf(await eve.rest.get(`/messages/${room}.1`))).toBe("not_found");
  });
});

describe("message text", () => {
  it("[G11] has 1 to 10,000 characters, counted as people count them", async () => {
    const other = await makeGroup(ada);
    const longest = "🎉".repeat(10_000);
    expect((await say(ada, other, longest)).content).toBe(longest);
    for (const content of [`${longest}x`, "", "  \n ", 5, null]) {
      expect(codeOf(await ada.rest.post(`/rooms/${other}/messages`, { content }))).toBe("invalid_request");
    }
  });
});

describe("the time of a message", () => {
  it("[M10] never falls from one sequence to the next, even if the clock does", async () => {
    const other = await makeGroup(ada);
    for (const seconds of [0, 10, -60, 20, -1, 300]) {
      clock.pass(seconds);
      await say(ada, other, "tick");
      await ada.rest.patch(`/rooms/${other}`, { name: `After ${seconds} seconds` });
    }
    const times = (await readHistory(ada, other)).map((message) => message.created_at);
    expect(times).toHaveLength(12);
    expect(times).toEqual([...times].sort());
    expect(times.at(-1)).toBe(clock.now().toISOString());
  });
});
