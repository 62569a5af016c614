/** Making, changing, listing and closing rooms. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask, listenTo } from "../../../test/setup/listening.ts";
import { codeOf, makeDirect, makeGroup, readFacts, readHistory, say, viewRoom } from "../../../test/setup/talk.ts";
import { type Person, startTestServer, type TestServer } from "../../../test/setup/test-server.ts";

let server: TestServer;
let ada: Person;
let bob: Person;
let carl: Person;
let eve: Person;

beforeAll(async () => {
  server = await startTestServer({ maxGroupMembers: 4 });
  [ada, bob, carl, eve] = await Promise.all([
    server.person("ada"),
    server.person("bob"),
    server.person("carl"),
    server.person("eve"),
  ]);
});
afterAll(() => server.close());

/** What a person may do in a room: send, edit its info, add people. */
async function tryRights(person: Person, roomId: string): Promise<string[]> {
  return [
    codeOf(await person.rest.post(`/rooms/${roomId}/messages`, { content: "may I?" })),
    codeOf(await person.rest.patch(`/rooms/${roomId}`, { description: `by ${person.id}` })),
    codeOf(await person.rest.post(`/rooms/${roomId}/members`, { user_id: "eve" })),
  ];
}

const everyone = { who_can_send: "everyone", who_can_edit_info: "everyone", who_can_add: "everyone" };
const admins = { who_can_send: "admins", who_can_edit_info: "admins", who_can_add: "admins" };

describe("kinds of rooms", () => {
  it("[R1] a room is direct, group or channel; the latter two have a name", async () => {
    expect(await viewRoom(ada, await makeGroup(ada))).toMatchObject({ type: "group", name: "Group", peer: null });
    expect(await viewRoom(ada, await makeGroup(ada, [], { type: "channel" }))).toMatchObject({ type: "channel" });
    expect(await viewRoom(ada, await makeDirect(ada, "bob"))).toMatchObject({ type: "direct", name: null });
    expect(codeOf(await ada.rest.post("/rooms", { type: "secret", name: "X" }))).toBe("invalid_request");
    for (const type of ["group", "channel"]) {
      const nameless = await ada.rest.post("/rooms", { type });
      expect(nameless.body).toMatchObject({ code: "invalid_request", details: [{ path: "name" }] });
    }
  });

  it("[R1] in a channel only admins send, edit and add", async () => {
    const room = await makeGroup(ada, ["bob", "carl"], { type: "channel" });
    await ada.rest.patch(`/rooms/${room}/members/carl`, { role: "admin" });
    expect(await tryRights(bob, room)).toEqual(["forbidden", "forbidden", "forbidden"]);
    expect(await tryRights(carl, room)).toEqual(["ok", "ok", "ok"]);
  });

  it("[R1] unless its settings say otherwise, from the beginning or later", async () => {
    const open = await makeGroup(ada, ["bob"], { type: "channel", settings: everyone });
    expect(await tryRights(bob, open)).toEqual(["ok", "ok", "ok"]);
    const opened = await makeGroup(ada, ["bob"], { type: "channel" });
    await ada.rest.patch(`/rooms/${opened}`, { settings: everyone });
    expect(await tryRights(bob, opened)).toEqual(["ok", "ok", "ok"]);
  });

  it("[R1] in a group everyone does, unless its settings say otherwise", async () => {
    expect(await tryRights(bob, await makeGroup(ada, ["bob"]))).toEqual(["ok", "ok", "ok"]);
    const closed = await makeGroup(ada, ["bob"], { settings: admins });
    expect(await tryRights(bob, closed)).toEqual(["forbidden", "forbidden", "forbidden"]);
    const settings = await bob.rest.patch(`/rooms/${closed}`, { settings: everyone });
    expect(codeOf(settings)).toBe("forbidden");
  });

  it("[G11] a room has at most as many members as the server allows", async () => {
    const [dora, finn] = [await server.person("dora"), await server.person("finn")];
    const many = ["bob", "carl", "eve", dora.id];
    expect(codeOf(await ada.rest.post("/rooms", { name: "Big", member_ids: many }))).toBe("invalid_request");
    const full = await makeGroup(ada, ["bob", "carl", "eve", "eve", "ada"]);
    expect(codeOf(await ada.rest.post(`/rooms/${full}/members`, { user_id: finn.id }))).toBe("conflict");
    expect(codeOf(await ada.rest.post(`/rooms/${full}/members`, { user_id: "bob" }))).toBe("ok");
  });

  it("names users who are not there, and makes nothing then", async () => {
    const refused = await ada.rest.post("/rooms", { name: "Ghosts", member_ids: ["bob", "nobody"] });
    expect(refused.body).toMatchObject({ code: "not_found", details: { user_ids: ["nobody"] } });
    const names = (await bob.rest.get("/rooms?limit=100")).body.data.map((room: { name: string }) => room.name);
    expect(names).not.toContain("Ghosts");
  });
});

describe("direct rooms", () => {
  it("[R2] exists once, whoever makes it, through either door", async () => {
    const room = await makeDirect(ada, "carl");
    expect(await makeDirect(carl, "ada")).toBe(room);
    expect((await ask(await server.socket(carl), "chat:create", { user_id: "ada" })).data.id).toBe(room);
    expect(await viewRoom(ada, room)).toMatchObject({ member_count: 2, peer: { id: "carl" } });
    expect(await viewRoom(carl, room)).toMatchObject({ member_count: 2, peer: { id: "ada" } });
  });

  it("[R2] may be asked for with both its users, in whatever order", async () => {
    const room = await makeDirect(ada, "bob");
    for (const member_ids of [
      ["ada", "bob"],
      ["bob", "ada"],
    ]) {
      const again = await ada.rest.post("/rooms", { type: "direct", member_ids });
      expect([codeOf(again), again.body.data?.id]).toEqual(["ok", room]);
    }
    for (const member_ids of [[], ["bob", "carl"], ["ada", "bob", "carl"]]) {
      expect(codeOf(await ada.rest.post("/rooms", { type: "direct", member_ids }))).toBe("invalid_request");
    }
  });

  it("[R2] has no admins, can't be left, renamed or closed, and takes nobody in", async () => {
    const room = await makeDirect(ada, "bob");
    const refusals = [
      await ada.rest.post(`/rooms/${room}/leave`),
      await ada.rest.patch(`/rooms/${room}`, { name: "Us" }),
      await ada.rest.patch(`/rooms/${room}`, { settings: { who_can_send: "admins" } }),
      await ada.rest.delete(`/rooms/${room}`),
      await ada.rest.post(`/rooms/${room}/members`, { user_id: "carl" }),
      await ada.rest.delete(`/rooms/${room}/members/bob`),
      await ada.rest.patch(`/rooms/${room}/members/bob`, { role: "admin" }),
    ];
    expect(refusals.map(codeOf)).toEqual(refusals.map(() => "forbidden"));
    const members = (await bob.rest.get(`/rooms/${room}/members`)).body.data;
    expect(members.map((member: { role: string }) => member.role)).toEqual(["member", "member"]);
    const theirs = await say(bob, room, "mine");
    expect(codeOf(await ada.rest.delete(`/messages/${theirs.id}`))).toBe("forbidden");
  });

  it("[R2] the direct room with oneself is a place for notes", async () => {
    const notes = await makeDirect(ada, "ada");
    expect(await makeDirect(ada, "ada")).toBe(notes);
    await say(ada, notes, "buy milk");
    expect(await viewRoom(ada, notes)).toMatchObject({ member_count: 1, peer: { id: "ada" }, unread_count: 0 });
    expect(codeOf(await bob.rest.get(`/rooms/${notes}`))).toBe("not_found");
  });
});

describe("changing a room", () => {
  it("[R7] changes to its info and settings are recorded, with what changed", async () => {
    const room = await makeGroup(ada, ["bob"]);
    await bob.rest.patch(`/rooms/${room}`, { name: "New", description: "What it is" });
    await ada.rest.patch(`/rooms/${room}`, { settings: { who_can_add: "admins" } });
    await ada.rest.patch(`/rooms/${room}`, { description: null, avatar_url: "https://pictures.example/1.png" });
    expect(await readFacts(bob, room)).toEqual([
      { kind: "room_updated", changed: ["name", "description"], name: "New" },
      { kind: "room_updated", changed: ["who_can_add"] },
      { kind: "room_updated", changed: ["description", "avatar_url"] },
    ]);
    expect(await viewRoom(bob, room)).toMatchObject({
      name: "New",
      description: null,
      settings: { who_can_add: "admins" },
    });
    expect((await readHistory(bob, room)).map((message) => message.sender_id)).toEqual(["bob", "ada", "ada"]);
  });

  it("what changes nothing is not recorded, and nobody hears of it", async () => {
    const room = await makeGroup(ada, ["bob"]);
    const listener = listenTo(await server.socket(bob));
    const before = await viewRoom(ada, room);
    for (const body of [{}, { name: "Group" }, { settings: {} }, { settings: { who_can_send: "everyone" } }]) {
      expect(codeOf(await ada.rest.patch(`/rooms/${room}`, body))).toBe("ok");
    }
    expect(await viewRoom(ada, room)).toEqual(before);
    expect(await listener.settle()).toEqual([]);
  });
});

describe("closing a room", () => {
  it("[R4] only its owner does", async () => {
    const room = await makeGroup(ada, ["bob", "carl"]);
    await ada.rest.patch(`/rooms/${room}/members/carl`, { role: "admin" });
    expect(codeOf(await bob.rest.delete(`/rooms/${room}`))).toBe("forbidden");
    expect(codeOf(await carl.rest.delete(`/rooms/${room}`))).toBe("forbidden");
    expect(codeOf(await eve.rest.delete(`/rooms/${room}`))).toBe("not_found");
    expect(codeOf(await ada.rest.delete(`/rooms/${room}`))).toBe("ok");
  });

  it("[G9] a closed room is as if it had never been, for all who were in it", async () => {
    const room = await makeGroup(ada, ["bob"]);
    const message = await say(ada, room, "last words");
    const listener = listenTo(await server.socket(bob));
    await ada.rest.delete(`/rooms/${room}`);
    expect(await listener.settle()).toEqual(["room:deleted"]);
    for (const person of [ada, bob]) {
      const answers = [
        await person.rest.get(`/rooms/${room}`),
        await person.rest.get(`/messages/${message.id}`),
        await person.rest.post(`/rooms/${room}/messages`, { content: "still there?" }),
        await person.rest.post(`/rooms/${room}/receipts`, { kind: "read", up_to_sequence: 1 }),
        await person.rest.post("/sync/messages", { room_id: room }),
      ];
      expect(answers.map(codeOf)).toEqual(answers.map(() => "not_found"));
    }
    expect(await listener.settle()).toEqual(["room:deleted"]);
  });
});

describe("rooms.list", () => {
  it("brings the room with the newest message first, in pages, each room once", async () => {
    const lister = await server.person("lister");
    const made: string[] = [];
    for (let n = 0; n < 5; n += 1) made.push(await makeGroup(lister, [], { name: `Room ${n}` }));
    const oldest = made.shift() ?? "";
    await say(lister, oldest, "back on top");
    const expected = [oldest, ...made.reverse()];
    const listed: string[] = [];
    let cursor = "";
    for (let pages = 0; pages < 3; pages += 1) {
      const page = (await lister.rest.get(`/rooms?limit=2${cursor}`)).body;
      listed.push(...page.data.map((room: { id: string }) => room.id));
      expect(page.pagination.has_more).toBe(pages < 2);
      cursor = `&cursor=${page.pagination.next_cursor}`;
    }
    expect(listed).toEqual(expected);
  });

  it("[M3] shows the newest message that one has not hidden", async () => {
    const room = await makeGroup(ada, ["bob"]);
    const first = await say(ada, room, "first");
    const second = await say(ada, room, "second");
    await bob.rest.delete(`/messages/${second.id}?for=me`);
    const [forBob] = (await bob.rest.get("/rooms?limit=1")).body.data;
    expect(forBob).toMatchObject({ id: room, last_message: { id: first.id } });
    expect((await viewRoom(ada, room)).last_message).toMatchObject({ id: second.id });
  });
});
