/** Who is in a room, and as what: adding, removing, leaving, roles. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ask, listenTo } from "../../../test/setup/listening.ts";
import {
  codeOf,
  makeGroup,
  readFacts,
  readHistory,
  readMembers,
  readRoles,
  say,
  viewMessage,
  viewRoom,
} from "../../../test/setup/talk.ts";
import { type Person, startTestServer, type TestServer } from "../../../test/setup/test-server.ts";

let server: TestServer;
let ada: Person;
let bob: Person;
let carl: Person;
let dora: Person;
let room: string;

beforeAll(async () => {
  server = await startTestServer();
  [ada, bob, carl, dora] = await Promise.all([
    server.person("ada"),
    server.person("bob"),
    server.person("carl"),
    server.person("dora"),
  ]);
});
afterAll(() => server.close());
// ada owns it, and bob came before carl.
beforeEach(async () => {
  room = await makeGroup(ada);
  for (const user_id of ["bob", "carl"]) await ada.rest.post(`/rooms/${room}/members`, { user_id });
});

async function setRole(person: Person, userId: string, role: string): Promise<string> {
  return codeOf(await person.rest.patch(`/rooms/${room}/members/${userId}`, { role }));
}

async function remove(person: Person, userId: string): Promise<string> {
  return codeOf(await person.rest.delete(`/rooms/${room}/members/${userId}`));
}

async function leave(person: Person): Promise<string> {
  return codeOf(await person.rest.post(`/rooms/${room}/leave`));
}

describe("the owner", () => {
  it("[R3] is who made the room, and there is one", async () => {
    expect(await readRoles(bob, room)).toEqual({ ada: "owner", bob: "member", carl: "member" });
  });

  it("[R3] who leaves is followed by the longest-standing admin", async () => {
    await setRole(ada, "carl", "admin");
    await ada.rest.post(`/rooms/${room}/members`, { user_id: "dora" });
    await setRole(ada, "dora", "admin");
    expect(await leave(ada)).toBe("ok");
    expect(await readRoles(bob, room)).toEqual({ bob: "member", carl: "owner", dora: "admin" });
  });

  it("[R3] or else by the longest-standing member, standing counted anew for one who left between", async () => {
    await leave(bob);
    await ada.rest.post(`/rooms/${room}/members`, { user_id: "bob" });
    await leave(ada);
    expect(await readRoles(bob, room)).toEqual({ bob: "member", carl: "owner" });
  });

  it("[R3] an owner who leaves and returns is a member", async () => {
    await leave(ada);
    await bob.rest.post(`/rooms/${room}/members`, { user_id: "ada" });
    expect(await readRoles(bob, room)).toEqual({ ada: "member", bob: "owner", carl: "member" });
  });

  it("[R3] when the last member leaves, the room closes", async () => {
    for (const person of [ada, carl, bob]) expect(await leave(person)).toBe("ok");
    for (const person of [ada, carl, bob]) expect(codeOf(await person.rest.get(`/rooms/${room}`))).toBe("not_found");
    expect((await bob.rest.post("/sync/chats", {})).body.data.rooms.map(({ id }: { id: string }) => id)).not.toContain(
      room,
    );
  });

  it("[R4] nobody removes or demotes the owner, not even the owner", async () => {
    await setRole(ada, "bob", "admin");
    for (const person of [ada, bob]) {
      expect(await remove(person, "ada")).toBe("forbidden");
      for (const role of ["admin", "member"]) expect(await setRole(person, "ada", role)).toBe("forbidden");
    }
    expect((await readRoles(bob, room)).ada).toBe("owner");
  });

  it("[R4] only the owner hands over ownership, and is an admin after that", async () => {
    await setRole(ada, "bob", "admin");
    expect(await setRole(bob, "bob", "owner")).toBe("forbidden");
    expect(await setRole(bob, "carl", "owner")).toBe("forbidden");
    expect(await setRole(ada, "carl", "owner")).toBe("ok");
    expect(await readRoles(ada, room)).toEqual({ ada: "admin", bob: "admin", carl: "owner" });
    expect(codeOf(await ada.rest.delete(`/rooms/${room}`))).toBe("forbidden");
  });
});

describe("admins", () => {
  it("[R4] remove members and set roles, also each other's; members don't", async () => {
    await setRole(ada, "bob", "admin");
    expect(await setRole(carl, "carl", "admin")).toBe("forbidden");
    expect(await remove(carl, "bob")).toBe("forbidden");
    expect(await setRole(bob, "carl", "admin")).toBe("ok");
    expect(await setRole(carl, "bob", "member")).toBe("ok");
    expect(await remove(carl, "bob")).toBe("ok");
    expect(await readRoles(ada, room)).toEqual({ ada: "owner", carl: "admin" });
  });

  it("one who is not a member can't be removed, and has no role; who wants to go oneself leaves", async () => {
    expect([await remove(ada, "dora"), await setRole(ada, "dora", "admin")]).toEqual(["not_found", "not_found"]);
    expect([await remove(ada, "nobody"), await setRole(ada, "nobody", "admin")]).toEqual(["not_found", "not_found"]);
    await setRole(ada, "bob", "admin");
    expect(await remove(bob, "bob")).toBe("forbidden");
  });

  it("what is so already changes nothing, and nobody hears of it", async () => {
    const listener = listenTo(await server.socket(carl));
    const before = await viewRoom(ada, room);
    expect(await setRole(ada, "bob", "member")).toBe("ok");
    expect(codeOf(await ada.rest.post(`/rooms/${room}/members`, { user_id: "bob" }))).toBe("ok");
    expect(await viewRoom(ada, room)).toEqual(before);
    expect(await listener.settle()).toEqual([]);
  });
});

describe("one who is removed, or leaves", () => {
  it("[R5] is removed: the sockets are out of the audience before they are told", async () => {
    const [phone, laptop] = [listenTo(await server.socket(bob)), listenTo(await server.socket(bob))];
    await remove(ada, "bob");
    await say(ada, room, "now that we are alone");
    for (const device of [phone, laptop]) {
      expect(await device.settle()).toEqual(["group:removed"]);
      expect(device.of("group:removed")).toEqual([{ room_id: room, removed_by: "ada" }]);
    }
  });

  it("[R5] leaves: all devices are told, and hear nothing after that", async () => {
    const [phone, laptop] = [listenTo(await server.socket(bob)), listenTo(await server.socket(bob))];
    expect((await ask(phone.socket, "group:leave", { room_id: room })).data).toMatchObject({ room_id: room });
    await say(ada, room, "now that we are alone");
    expect(await laptop.settle()).toHaveLength(1);
    expect(laptop.heard[0]?.event).toMatch(/^group:(left|removed)$/);
    expect(laptop.heard[0]?.payload.room_id).toBe(room);
  });

  it("[R5][G8] loses the room at that commit, for reading what comes and for writing", async () => {
    const { id } = await say(bob, room, "mine");
    await remove(ada, "bob");
    await leave(carl);
    const later = await say(ada, room, "alone");
    for (const person of [bob, carl]) {
      const answers = [
        await person.rest.get(`/rooms/${room}`),
        await person.rest.get(`/messages/${later.id}`),
        await person.rest.put(`/messages/${id}`, { content: "changed" }),
        await person.rest.post(`/rooms/${room}/messages`, { content: "hello?" }),
        await person.rest.put(`/messages/${id}/seen`),
        await person.rest.post(`/rooms/${room}/leave`),
      ];
      expect(answers.map(codeOf)).toEqual(answers.map(() => "not_found"));
      const rooms = (await person.rest.get("/rooms?limit=100")).body.data;
      expect(rooms.map((entry: { id: string }) => entry.id)).not.toContain(room);
    }
    expect(await viewRoom(ada, room)).toMatchObject({ member_count: 1 });
  });
});

describe("one who joins", () => {
  it("[R6] has read and received what was said before", async () => {
    const { id, sequence_number } = await say(ada, room, "before", { meta_data: { mentions: ["bob"] } });
    for (const person of [bob, carl]) await person.rest.put(`/messages/${id}/seen`);
    await ada.rest.post(`/rooms/${room}/members`, { user_id: "dora" });
    expect(await viewRoom(dora, room)).toMatchObject({
      unread_count: 0,
      mention_count: 0,
      read_sequence: sequence_number,
    });
    expect(await viewMessage(ada, id)).toMatchObject({ status: "read" });
    await say(ada, room, "after");
    expect(await viewRoom(dora, room)).toMatchObject({ unread_count: 1 });
  });

  it("[R6] sees what was said before, if that was the room's setting at that moment", async () => {
    const { id } = await say(ada, room, "before");
    await ada.rest.post(`/rooms/${room}/members`, { user_id: "dora" });
    await ada.rest.patch(`/rooms/${room}`, { settings: { history_visible_to_new_members: false } });
    expect(codeOf(await dora.rest.get(`/messages/${id}`))).toBe("ok");
    expect((await readHistory(dora, room)).map((message) => message.content)).toContain("before");
  });

  it("[R6] or not, whatever the setting becomes later, and even if it was one's own", async () => {
    await ada.rest.patch(`/rooms/${room}`, { settings: { history_visible_to_new_members: false } });
    const { id } = await say(bob, room, "before");
    await remove(ada, "bob");
    await ada.rest.post(`/rooms/${room}/members`, { user_id: "bob" });
    await ada.rest.patch(`/rooms/${room}`, { settings: { history_visible_to_new_members: true } });
    expect(codeOf(await bob.rest.get(`/messages/${id}`))).toBe("not_found");
    expect(codeOf(await bob.rest.put(`/messages/${id}`, { content: "x" }))).toBe("not_found");
    expect((await readHistory(bob, room)).map(({ meta_data }) => meta_data.system?.kind)).toEqual([
      "member_added",
      "room_updated",
    ]);
  });

  it("[R6][M4] sees of it what a reply quotes, and no more", async () => {
    await ada.rest.patch(`/rooms/${room}`, { settings: { history_visible_to_new_members: false } });
    const { id } = await say(ada, room, "before dora came");
    await ada.rest.post(`/rooms/${room}/members`, { user_id: "dora" });
    const reply = await say(bob, room, "about that", { reply_to: id });
    expect((await viewMessage(dora, reply.id)).reply_preview).toMatchObject({ id, content: "before dora came" });
    expect(codeOf(await dora.rest.get(`/messages/${id}`))).toBe("not_found");
    const answer = await dora.rest.post(`/rooms/${room}/messages`, { content: "what was it?", reply_to: id });
    expect(codeOf(answer)).toBe("not_found");
  });
});

describe("the record", () => {
  it("[R7] of adding, roles, removing and leaving", async () => {
    await ada.rest.post(`/rooms/${room}/members`, { user_id: "dora" });
    await setRole(ada, "dora", "admin");
    await remove(dora, "bob");
    await leave(ada);
    expect((await readFacts(carl, room)).slice(2)).toEqual([
      { kind: "member_added", user_ids: ["dora"] },
      { kind: "role_changed", user_ids: ["dora"], role: "admin" },
      { kind: "member_removed", user_ids: ["bob"] },
      { kind: "member_left", user_ids: ["ada"] },
      { kind: "role_changed", user_ids: ["dora"], role: "owner" },
    ]);
    const [last] = (await readHistory(carl, room)).slice(-3);
    expect(last).toMatchObject({ sender_id: "dora", message_type: "system", content: "" });
  });

  it("[R7] of a hand-over: two roles changed", async () => {
    await setRole(ada, "bob", "owner");
    expect((await readFacts(carl, room)).slice(2)).toEqual([
      { kind: "role_changed", user_ids: ["ada"], role: "admin" },
      { kind: "role_changed", user_ids: ["bob"], role: "owner" },
    ]);
  });
});

describe("members.list", () => {
  it("brings the present members by id, in pages", async () => {
    await remove(ada, "carl");
    await ada.rest.post(`/rooms/${room}/members`, { user_id: "dora" });
    expect((await readMembers(bob, room)).map((member) => member.user_id)).toEqual(["ada", "bob", "dora"]);
    const first = (await bob.rest.get(`/rooms/${room}/members?limit=2`)).body;
    const second = (await bob.rest.get(`/rooms/${room}/members?limit=2&cursor=${first.pagination.next_cursor}`)).body;
    expect([first, second].map((page) => [page.data.length, page.pagination.has_more])).toEqual([
      [2, true],
      [1, false],
    ]);
  });
});
