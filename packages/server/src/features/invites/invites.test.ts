/** Links, invitations and requests: the ways into a room. */
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createFakeClock, createLastingPerson } from "../../../test/setup/fake-clock.ts";
import { type Listener, listenTo } from "../../../test/setup/listening.ts";
import { codeOf, makeDirect, makeGroup, readFacts, readRoles, say, viewRoom } from "../../../test/setup/talk.ts";
import { type Person, startTestServer, type TestServer } from "../../../test/setup/test-server.ts";

const clock = createFakeClock();
let server: TestServer;
let ada: Person;
let bob: Person;
let carl: Person;
let dora: Person;
let eve: Person;
let twin: Person;
let room: string;

beforeAll(async () => {
  server = await startTestServer({ clock, maxGroupMembers: 4, publicUrl: "https://chat.example/" });
  [ada, bob, carl, dora, eve] = await Promise.all([
    createLastingPerson(server, "ada"),
    createLastingPerson(server, "bob"),
    createLastingPerson(server, "carl"),
    createLastingPerson(server, "dora"),
    createLastingPerson(server, "eve"),
  ]);
  twin = await createLastingPerson(server, "bob", "elsewhere");
});
afterAll(() => server.close());
// ada owns it, and carl is a member.
beforeEach(async () => {
  room = await makeGroup(ada, ["carl"]);
});

async function makeLink(given: object = {}, maker = ada): Promise<string> {
  return (await maker.rest.post(`/rooms/${room}/invites`, given)).body.data.code;
}

function join(person: Person, invite_code?: string, roomId = room) {
  return person.rest.post(`/rooms/${roomId}/join`, { invite_code });
}

async function joinCode(person: Person, invite_code?: string, roomId = room): Promise<string> {
  return codeOf(await join(person, invite_code, roomId));
}

async function listCodes(person = ada): Promise<string[]> {
  const { data } = (await person.rest.get(`/rooms/${room}/invites`)).body;
  return data.map((invite: { code: string }) => invite.code);
}

function decide(person: Person, userId: string, decision: "approve" | "deny") {
  return person.rest.post(`/rooms/${room}/join-requests/${userId}`, { decision });
}

async function listInvitations(person: Person): Promise<string[]> {
  const { data } = (await person.rest.get("/invitations")).body;
  return data.map((invitation: { room_id: string }) => invitation.room_id);
}

async function listen(person: Person): Promise<Listener> {
  return listenTo(await server.socket(person));
}

describe("links", () => {
  it("[J1] cannot be guessed, lead to the public address and last a week", async () => {
    const made = (await ada.rest.post(`/rooms/${room}/invites`, {})).body.data;
    expect(made).toMatchObject({ room_id: room, created_by: "ada", max_uses: null, uses: 0, needs_approval: false });
    expect(made.code).toMatch(/^[\w-]{22,64}$/);
    expect(made.url).toBe(`https://chat.example/join/${made.code}`);
    expect(Date.parse(made.expires_at) - Date.parse(made.created_at)).toBe(7 * 86_400_000);
    const lasting = (await ada.rest.post(`/rooms/${room}/invites`, { expires_at: null })).body.data;
    expect(lasting.expires_at).toBe(null);
    const before = await ada.rest.post(`/rooms/${room}/invites`, { expires_at: clock.now().toISOString() });
    expect(before.body).toMatchObject({ code: "invalid_request", details: [{ path: "expires_at" }] });
  });

  it("[J1] at most 50 that work, the newest listed first; one that is ended makes place", async () => {
    const codes: string[] = [];
    for (let n = 0; n < 50; n += 1) {
      clock.pass(1);
      codes.unshift(await makeLink());
    }
    expect(await listCodes(carl)).toEqual(codes);
    expect(codeOf(await ada.rest.post(`/rooms/${room}/invites`, {}))).toBe("conflict");
    expect(codeOf(await ada.rest.delete(`/rooms/${room}/invites/${codes[7]}`))).toBe("ok");
    expect(codeOf(await ada.rest.post(`/rooms/${room}/invites`, {}))).toBe("ok");
  });

  it("[J2] lead into the room: a member from then on, told and recorded", async () => {
    await say(ada, room, "before");
    const [theirs, others] = [await listen(bob), await listen(carl)];
    const joined = await join(bob, await makeLink());
    expect(joined.body.data).toMatchObject({ success: true, room_id: room, is_pending: false });
    expect(await readRoles(bob, room)).toEqual({ ada: "owner", bob: "member", carl: "member" });
    expect((await readFacts(ada, room)).at(-1)).toEqual({ kind: "member_joined", user_ids: ["bob"] });
    expect(await theirs.settle()).toEqual(["room:created", "group:joined", "message:receive"]);
    expect(await others.settle()).toEqual(["group:joined", "message:receive"]);
    expect(theirs.of("room:created")).toMatchObject([{ room_id: room, role: "member", unread_count: 0 }]);
    expect(others.of("group:joined")).toMatchObject([
      { user_id: "bob", member: { joined_at: joined.body.data.joined_at } },
    ]);
  });

  it("[J2] to join again changes nothing, and counts no use", async () => {
    const code = await makeLink({ max_uses: 2 });
    const first = await join(bob, code);
    const last = (await viewRoom(bob, room)).last_change;
    expect((await join(bob, code)).body.data).toEqual(first.body.data);
    expect((await join(bob, "no such link")).body.data).toEqual(first.body.data);
    expect((await viewRoom(bob, room)).last_change).toBe(last);
    expect((await ada.rest.get(`/rooms/${room}/invites`)).body.data).toMatchObject([{ uses: 1 }]);
  });

  it("[J3] revoked, expired and used up, they are gone; what never was one of that room, of that tenant, is not there", async () => {
    const [revoked, brief, single] = [
      await makeLink(),
      await makeLink({ expires_at: inMinutes(1) }),
      await makeLink({ max_uses: 1 }),
    ];
    await ada.rest.delete(`/rooms/${room}/invites/${revoked}`);
    clock.pass(60);
    expect(await joinCode(dora, single)).toBe("ok");
    for (const code of [revoked, brief, single]) {
      expect(await joinCode(bob, code)).toBe("gone");
      expect(codeOf(await bob.rest.get(`/invites/${code}`))).toBe("gone");
    }
    const other = await makeGroup(ada);
    const good = await makeLink();
    expect(await listCodes()).toEqual([good]);
    const refusals = [await join(bob, "never"), await join(bob, good, other), await join(bob), await join(twin, good)];
    const nowhere = await join(bob, good, "no such room");
    for (const refusal of refusals)
      expect(refusal.body).toMatchObject({ code: "not_found", error: nowhere.body.error });
    for (const reply of [await bob.rest.get("/invites/never"), await twin.rest.get(`/invites/${good}`)]) {
      expect(codeOf(reply)).toBe("not_found");
    }
  });

  it("[J3] members end their own, admins any; to end one twice is one end", async () => {
    const [his, hers] = [await makeLink({}, carl), await makeLink()];
    expect(codeOf(await carl.rest.delete(`/rooms/${room}/invites/${hers}`))).toBe("forbidden");
    expect(codeOf(await carl.rest.delete(`/rooms/${room}/invites/never`))).toBe("not_found");
    for (const code of [his, his, hers])
      expect(codeOf(await ada.rest.delete(`/rooms/${room}/invites/${code}`))).toBe("ok");
    expect(await listCodes()).toEqual([]);
    const mine = await makeLink({}, carl);
    expect(codeOf(await carl.rest.delete(`/rooms/${room}/invites/${mine}`))).toBe("ok");
  });

  it("[J4] show what they lead to, and whether one is there already", async () => {
    await ada.rest.patch(`/rooms/${room}`, { name: "Crew", description: "Us" });
    const code = await makeLink({ needs_approval: true });
    const shown = { room_id: room, name: "Crew", description: "Us", avatar_url: null, member_count: 2 };
    expect((await bob.rest.get(`/invites/${code}`)).body.data).toEqual({
      ...shown,
      needs_approval: true,
      is_member: false,
    });
    expect((await carl.rest.get(`/invites/${code}`)).body.data).toMatchObject({ is_member: true });
  });

  it("[J5] a full room takes nobody in, and no use is counted", async () => {
    const code = await makeLink({ max_uses: 3 });
    for (const person of [bob, dora]) expect(await joinCode(person, code)).toBe("ok");
    expect(await joinCode(eve, code)).toBe("conflict");
    await carl.rest.post(`/rooms/${room}/leave`);
    expect(await joinCode(eve, code)).toBe("ok");
    expect(await joinCode(carl, code)).toBe("gone");
  });

  it("[J6] one who was removed may come back by a link; a closed room's lead nowhere", async () => {
    const code = await makeLink({}, carl);
    await ada.rest.delete(`/rooms/${room}/members/carl`);
    expect(await joinCode(carl, code)).toBe("ok");
    await ada.rest.delete(`/rooms/${room}`);
    expect(await joinCode(bob, code)).toBe("not_found");
    expect(codeOf(await bob.rest.get(`/invites/${code}`))).toBe("not_found");
  });

  it("[J7] a direct room has no ways in", async () => {
    const direct = await makeDirect(ada, "bob");
    const refusals = [
      await ada.rest.post(`/rooms/${direct}/invites`, {}),
      await ada.rest.get(`/rooms/${direct}/invites`),
      await ada.rest.post(`/rooms/${direct}/invitations`, { user_id: "carl" }),
      await ada.rest.get(`/rooms/${direct}/join-requests`),
    ];
    expect(refusals.map(codeOf)).toEqual(refusals.map(() => "forbidden"));
    expect(await joinCode(carl, undefined, direct)).toBe("not_found");
  });
});

describe("invitations", () => {
  const invite = (userId: string, inviter = ada, roomId = room) =>
    inviter.rest.post(`/rooms/${roomId}/invitations`, { user_id: userId });

  it("[J8] are told to the user alone, once, and accepted by joining", async () => {
    const [theirs, others] = [await listen(bob), await listen(carl)];
    const made = (await invite("bob", carl)).body.data;
    expect(made).toMatchObject({ room_id: room, room_name: "Group", user_id: "bob", invited_by: "carl" });
    clock.pass(5);
    expect((await invite("bob")).body.data).toEqual(made);
    expect(await theirs.settle()).toEqual(["group:invited"]);
    expect(theirs.of("group:invited")).toEqual([made]);
    expect(await others.settle()).toEqual([]);
    expect(codeOf(await bob.rest.get(`/rooms/${room}`))).toBe("not_found");
    expect((await bob.rest.get("/invitations")).body.data[0]).toEqual(made);
    expect(await joinCode(bob)).toBe("ok");
    expect((await readFacts(ada, room)).at(-1)).toEqual({ kind: "member_joined", user_ids: ["bob"] });
    expect(await listInvitations(bob)).not.toContain(room);
    expect((await invite("bob")).body.data).toMatchObject({ user_id: "bob", invited_by: "ada" });
    expect(await listInvitations(bob)).not.toContain(room);
  });

  it("[J8] are listed the newest first, in pages", async () => {
    const listed: string[] = [];
    for (let n = 0; n < 5; n += 1) {
      clock.pass(1);
      const other = await makeGroup(ada);
      await invite("dora", ada, other);
      listed.unshift(other);
    }
    const first = (await dora.rest.get("/invitations?limit=3")).body;
    const second = (await dora.rest.get(`/invitations?limit=3&cursor=${first.pagination.next_cursor}`)).body;
    const ids = [...first.data, ...second.data].map((invitation: { room_id: string }) => invitation.room_id);
    expect(ids).toEqual(listed);
    expect([first, second].map((page) => page.pagination.has_more)).toEqual([true, false]);
    await ada.rest.delete(`/rooms/${listed[0]}`);
    expect(await listInvitations(dora)).toEqual(listed.slice(1));
    expect(codeOf(await dora.rest.delete(`/invitations/${listed[0]}`))).toBe("not_found");
    expect(await joinCode(dora, undefined, listed[0])).toBe("not_found");
  });

  it("[J8] end when they are declined, and with the removal of who made them", async () => {
    await invite("bob");
    expect(codeOf(await bob.rest.delete(`/invitations/${room}`))).toBe("ok");
    expect(codeOf(await bob.rest.delete(`/invitations/${room}`))).toBe("not_found");
    expect(await joinCode(bob)).toBe("not_found");
    await invite("bob", carl);
    await ada.rest.delete(`/rooms/${room}/members/carl`);
    expect(await joinCode(bob)).toBe("not_found");
  });

  it("[J8] at most 100 of a room wait", async () => {
    const client = new pg.Client(server.databaseUrl);
    await client.connect();
    await client.query(
      `insert into invitations (room_id, user_id, tenant_id, invited_by, invited_at)
       select $1, 'guest-' || n, 'default', 'ada', now() from generate_series(1, 99) n`,
      [room],
    );
    await client.end();
    expect([await invite("bob"), await invite("dora"), await invite("bob")].map(codeOf)).toEqual([
      "ok",
      "conflict",
      "ok",
    ]);
    await bob.rest.delete(`/invitations/${room}`);
    expect(codeOf(await invite("dora"))).toBe("ok");
  });

  it("[J9] who is invited joins by that, whatever link they come by: no use, no request", async () => {
    await invite("bob");
    const code = await makeLink({ needs_approval: true, max_uses: 1 });
    expect((await join(bob, code)).body.data).toMatchObject({ is_pending: false });
    expect((await ada.rest.get(`/rooms/${room}/invites`)).body.data).toMatchObject([{ uses: 0 }]);
    await join(dora, code);
    await invite("dora");
    expect((await join(dora, code)).body.data).toMatchObject({ is_pending: false });
    expect((await ada.rest.get(`/rooms/${room}/join-requests`)).body.data).toEqual([]);
  });
});

describe("requests", () => {
  it("[J10] are told to who governs the room, once, and listed the oldest first", async () => {
    await ada.rest.patch(`/rooms/${room}/members/carl`, { role: "admin" });
    await ada.rest.post(`/rooms/${room}/members`, { user_id: "dora" });
    const heard = await Promise.all([ada, carl, dora, bob].map(listen));
    const code = await makeLink({ needs_approval: true });
    const asked = await join(bob, code);
    expect(asked.body.data).toEqual({ success: true, room_id: room, joined_at: null, is_pending: true });
    clock.pass(5);
    expect((await join(bob, code)).body.data).toEqual(asked.body.data);
    await join(eve, code);
    expect(await Promise.all(heard.map((listener) => listener.settle()))).toEqual([
      ["group:join:requested", "group:join:requested"],
      ["group:join:requested", "group:join:requested"],
      [],
      [],
    ]);
    const first = (await carl.rest.get(`/rooms/${room}/join-requests?limit=1`)).body;
    const cursor = first.pagination.next_cursor;
    const second = (await carl.rest.get(`/rooms/${room}/join-requests?limit=1&cursor=${cursor}`)).body;
    expect([...first.data, ...second.data]).toEqual(heard[0]?.of("group:join:requested"));
    expect([...first.data, ...second.data]).toMatchObject([{ user_id: "bob", name: "bob" }, { user_id: "eve" }]);
    expect(codeOf(await dora.rest.get(`/rooms/${room}/join-requests`))).toBe("forbidden");
  });

  it("[J10] approved, they make a member and count a use, even of a link that has ended", async () => {
    const code = await makeLink({ needs_approval: true, max_uses: 1 });
    await join(bob, code);
    await join(eve, code);
    const theirs = await listen(bob);
    expect(codeOf(await carl.rest.post(`/rooms/${room}/join-requests/bob`, { decision: "approve" }))).toBe("forbidden");
    expect((await decide(ada, "bob", "approve")).body.data).toEqual({
      room_id: room,
      user_id: "bob",
      decision: "approve",
    });
    expect(codeOf(await decide(ada, "bob", "approve"))).toBe("ok");
    expect(await theirs.settle()).toEqual(["group:join:decided", "room:created", "group:joined", "message:receive"]);
    expect((await readFacts(ada, room)).at(-1)).toEqual({ kind: "member_joined", user_ids: ["bob"] });
    expect(await joinCode(dora, code)).toBe("gone");
    expect(codeOf(await decide(ada, "eve", "approve"))).toBe("ok");
    expect(Object.keys(await readRoles(ada, room))).toEqual(["ada", "bob", "carl", "eve"]);
    expect(codeOf(await decide(ada, "nobody", "approve"))).toBe("not_found");
  });

  it("[J10] denied or withdrawn, they end; a full room denies nobody", async () => {
    const code = await makeLink({ needs_approval: true });
    for (const person of [bob, eve]) await join(person, code);
    const theirs = await listen(bob);
    expect(codeOf(await decide(ada, "bob", "deny"))).toBe("ok");
    expect(await theirs.settle()).toEqual(["group:join:decided"]);
    expect(theirs.of("group:join:decided")).toEqual([{ room_id: room, decision: "deny" }]);
    for (const decision of ["approve", "deny"] as const)
      expect(codeOf(await decide(ada, "bob", decision))).toBe("not_found");
    expect(codeOf(await bob.rest.delete(`/rooms/${room}/join-requests`))).toBe("not_found");
    await Promise.all(["bob", "dora"].map((user_id) => ada.rest.post(`/rooms/${room}/members`, { user_id })));
    expect(codeOf(await decide(ada, "eve", "approve"))).toBe("conflict");
    expect((await ada.rest.get(`/rooms/${room}/join-requests`)).body.data).toMatchObject([{ user_id: "eve" }]);
    expect(codeOf(await eve.rest.delete(`/rooms/${room}/join-requests`))).toBe("ok");
    expect((await ada.rest.get(`/rooms/${room}/join-requests`)).body.data).toEqual([]);
  });
});

function inMinutes(minutes: number): string {
  return new Date(clock.now().getTime() + minutes * 60_000).toISOString();
}
