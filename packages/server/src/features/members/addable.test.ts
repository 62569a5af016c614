/** Who may be added to rooms by whom: the setting, blocks, and what is done with those who may not. */
import type { Visibility } from "@pipit/protocol/models/presence";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { listenTo } from "../../../test/setup/listening.ts";
import type { RestReply } from "../../../test/setup/rest-client.ts";
import { codeOf, makeDirect, makeGroup, readRoles, say } from "../../../test/setup/talk.ts";
import { type Person, startTestServer, type TestServer } from "../../../test/setup/test-server.ts";

let server: TestServer;
let client: pg.Client;
let ada: Person;
let bob: Person;
let carl: Person;
let room: string;

beforeAll(async () => {
  server = await startTestServer();
  client = new pg.Client(server.databaseUrl);
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await server.close();
});

let round = 0;
// New people each time: what they share is theirs alone.
beforeEach(async () => {
  round += 1;
  [ada, bob, carl] = (await Promise.all(["ada", "bob", "carl"].map((name) => server.person(`${name}-${round}`)))) as [
    Person,
    Person,
    Person,
  ];
  room = await makeGroup(ada);
});

async function letAdd(person: Person, groups: Visibility): Promise<void> {
  expect(codeOf(await person.rest.patch("/users/me/privacy", { groups }))).toBe("ok");
}

async function block(blocker: Person, blocked: Person): Promise<void> {
  await client.query(
    "insert into blocks (tenant_id, user_id, blocked_id, blocked_at) values ('default', $1, $2, now())",
    [blocker.id, blocked.id],
  );
}

const add = (person: Person, by = ada, roomId = room) =>
  by.rest.post(`/rooms/${roomId}/members`, { user_id: person.id });

const invite = (person: Person, by = ada) => by.rest.post(`/rooms/${room}/invitations`, { user_id: person.id });

async function listInvitations(person: Person): Promise<string[]> {
  return (await person.rest.get("/invitations")).body.data.map((entry: { room_id: string }) => entry.room_id);
}

function refusalOf({ status, body: { request_id: _, ...body } }: RestReply) {
  return { status, body };
}

describe("privacy.groups", () => {
  const rows: [Visibility, "shares" | "is a stranger", "ok" | "forbidden"][] = [
    ["everyone", "is a stranger", "ok"],
    ["shared_rooms", "is a stranger", "forbidden"],
    ["shared_rooms", "shares", "ok"],
    ["nobody", "shares", "forbidden"],
  ];
  it.each(rows)("[J11] %s: one who %s is told %s", async (groups, place, expected) => {
    if (place === "shares") await makeGroup(ada, [bob.id]);
    await letAdd(bob, groups);
    expect(codeOf(await add(bob))).toBe(expected);
  });

  it("[J11] a room is not shared that is closed, that one has left, or that is the one in question", async () => {
    const [closed, left] = [await makeGroup(ada, [bob.id]), await makeGroup(ada, [bob.id])];
    await add(bob);
    await ada.rest.delete(`/rooms/${closed}`);
    for (const roomId of [left, room]) await bob.rest.post(`/rooms/${roomId}/leave`);
    await letAdd(bob, "shared_rooms");
    expect((await add(bob)).body).toMatchObject({ code: "forbidden", details: { reason: "privacy" } });
  });

  it("[J11] a direct room is shared once the one to be added has said something in it", async () => {
    await letAdd(bob, "shared_rooms");
    const direct = await makeDirect(ada, bob.id);
    await say(ada, direct, "let me in");
    expect(codeOf(await add(bob))).toBe("forbidden");
    await say(bob, direct, "all right");
    expect(codeOf(await add(bob))).toBe("ok");
  });

  it("[J11] members and links are not touched by it", async () => {
    await add(bob);
    await letAdd(bob, "nobody");
    expect(codeOf(await add(bob))).toBe("ok");
    await letAdd(carl, "nobody");
    const { code } = (await ada.rest.post(`/rooms/${room}/invites`, {})).body.data;
    expect(codeOf(await carl.rest.post(`/rooms/${room}/join`, { invite_code: code }))).toBe("ok");
  });

  it("[J12] in a new room, those who do not let themselves be added are invited, the others added", async () => {
    await letAdd(bob, "nobody");
    const listener = listenTo(await server.socket(bob));
    const made = await makeGroup(ada, [bob.id, carl.id]);
    expect(await readRoles(ada, made)).toEqual({ [ada.id]: "owner", [carl.id]: "member" });
    expect((await ada.rest.get(`/rooms/${made}`)).body.data.member_count).toBe(2);
    expect(await listener.settle()).toEqual(["group:invited"]);
    expect(await listInvitations(bob)).toEqual([made]);
    expect(codeOf(await bob.rest.post(`/rooms/${made}/join`, {}))).toBe("ok");
  });
});

describe("one who has blocked the caller", () => {
  it("[J13] is not added, and the answer is the one for nobody, in every letter", async () => {
    await letAdd(carl, "nobody");
    await block(bob, ada);
    await makeGroup(bob, [ada.id]);
    expect(refusalOf(await add(bob))).toEqual(refusalOf(await add(carl)));
  });

  it("[J13] is invited as others are, as far as the caller can tell, and not shown it", async () => {
    await block(bob, ada);
    const listener = listenTo(await server.socket(bob));
    const first = await invite(bob);
    expect(first.body.data).toMatchObject({ room_id: room, user_id: bob.id, invited_by: ada.id });
    expect((await invite(bob)).body).toEqual(first.body);
    const made = await makeGroup(ada, [bob.id, carl.id]);
    expect(Object.keys(await readRoles(ada, made))).toEqual([ada.id, carl.id]);
    expect(await listener.settle()).toEqual([]);
    expect(await listInvitations(bob)).toEqual([]);
    for (const roomId of [room, made]) {
      expect(codeOf(await bob.rest.post(`/rooms/${roomId}/join`, {}))).toBe("not_found");
      expect(codeOf(await bob.rest.delete(`/invitations/${roomId}`))).toBe("not_found");
    }
  });

  it("[J13] is shown the invitation of another", async () => {
    await block(bob, ada);
    await invite(bob);
    await add(carl);
    expect((await invite(bob, carl)).body.data).toMatchObject({ invited_by: carl.id });
    expect(await listInvitations(bob)).toEqual([room]);
  });
});
