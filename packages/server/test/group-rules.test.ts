/** [R1][R2][R3][R4][J1] Who may do what in a group, by role and by its settings: one row a rule. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RestReply } from "./setup/rest-client.ts";
import { codeOf, makeDirect, makeGroup } from "./setup/talk.ts";
import { type Person, startTestServer, type TestServer } from "./setup/test-server.ts";

const roles = ["owner", "admin", "member", "outsider"] as const;
type Role = (typeof roles)[number];

/**
 * What owner, admin and member are told: y is done, n is forbidden. `open` is with all that a setting can leave to
 * everyone, `kept` with all of it kept to admins. Outsiders find no room, and in a direct room it is forbidden, if the row
 * does not say otherwise.
 */
type Row = {
  rule: string;
  open: string;
  kept: string;
  inDirect?: true;
  act(by: Person, room: string): Promise<RestReply>;
};

let server: TestServer;
let owner: Person;
let direct: string;
const people = new Map<Role, Person>();
const others = new Map<string, Person>();

beforeAll(async () => {
  server = await startTestServer();
  for (const role of roles) people.set(role, await server.person(role));
  owner = personOf("owner");
  // Each has their own to act on: a friend who is not a member, a plain member, and another admin.
  for (const role of roles) {
    for (const name of ["friend", "plain", "second"])
      others.set(`${name}-${role}`, await server.person(`${name}-${role}`));
  }
  direct = await makeDirect(owner, "admin");
});
afterAll(() => server.close());

function personOf(role: Role): Person {
  const person = people.get(role);
  if (!person) throw new Error(`there is no ${role}`);
  return person;
}

const edit = (body: object) => (by: Person, room: string) => by.rest.patch(`/rooms/${room}`, body);
const setRole = (name: string, role: string) => (by: Person, room: string) =>
  by.rest.patch(`/rooms/${room}/members/${name}-${by.id}`, { role });
const remove = (name: string) => (by: Person, room: string) =>
  by.rest.delete(`/rooms/${room}/members/${name}-${by.id}`);

/** Makes the other admin one, then acts. */
const onAdmin = (act: Row["act"]) => async (by: Person, room: string) => {
  await owner.rest.patch(`/rooms/${room}/members/second-${by.id}`, { role: "admin" });
  return act(by, room);
};

async function makeLink(room: string, given: object = {}): Promise<string> {
  return (await owner.rest.post(`/rooms/${room}/invites`, given)).body.data?.code ?? "none";
}

async function decide(by: Person, room: string, decision: string): Promise<RestReply> {
  const invite_code = await makeLink(room, { needs_approval: true });
  await others.get(`friend-${by.id}`)?.rest.post(`/rooms/${room}/join`, { invite_code });
  return by.rest.post(`/rooms/${room}/join-requests/friend-${by.id}`, { decision });
}

const rows: Row[] = [
  {
    rule: "send",
    inDirect: true,
    open: "yyy",
    kept: "yyn",
    act: (by, room) => by.rest.post(`/rooms/${room}/messages`, { content: "x" }),
  },
  { rule: "rename", open: "yyy", kept: "yyn", act: edit({ name: "New" }) },
  { rule: "describe", open: "yyy", kept: "yyn", act: edit({ description: "What it is" }) },
  { rule: "give a picture", open: "yyy", kept: "yyn", act: edit({ avatar_url: "https://pictures.example/1.png" }) },
  {
    rule: "add",
    open: "yyy",
    kept: "yyn",
    act: (by, room) => by.rest.post(`/rooms/${room}/members`, { user_id: `friend-${by.id}` }),
  },
  {
    rule: "invite",
    open: "yyy",
    kept: "yyn",
    act: (by, room) => by.rest.post(`/rooms/${room}/invitations`, { user_id: `friend-${by.id}` }),
  },
  { rule: "make a link", open: "yyy", kept: "yyn", act: (by, room) => by.rest.post(`/rooms/${room}/invites`, {}) },
  { rule: "see the links", open: "yyy", kept: "yyn", act: (by, room) => by.rest.get(`/rooms/${room}/invites`) },
  {
    rule: "end another's link",
    open: "yyn",
    kept: "yyn",
    act: async (by, room) => {
      const code = await makeLink(room);
      // The owner's is not another's; they end the one of an admin.
      const other = (await personOf("admin").rest.post(`/rooms/${room}/invites`, {})).body.data?.code;
      return by.rest.delete(`/rooms/${room}/invites/${by === owner ? other : code}`);
    },
  },
  {
    rule: "see who asks to join",
    open: "yyn",
    kept: "yyn",
    act: (by, room) => by.rest.get(`/rooms/${room}/join-requests`),
  },
  { rule: "let in one who asks", open: "yyn", kept: "yyn", act: (by, room) => decide(by, room, "approve") },
  { rule: "let nobody in who asks", open: "yyn", kept: "yyn", act: (by, room) => decide(by, room, "deny") },
  { rule: "remove a member", open: "yyn", kept: "yyn", act: remove("plain") },
  { rule: "remove an admin", open: "yyn", kept: "yyn", act: onAdmin(remove("second")) },
  {
    rule: "remove the owner",
    open: "nnn",
    kept: "nnn",
    act: (by, room) => by.rest.delete(`/rooms/${room}/members/owner`),
  },
  { rule: "promote", open: "yyn", kept: "yyn", act: setRole("plain", "admin") },
  { rule: "demote an admin", open: "yyn", kept: "yyn", act: onAdmin(setRole("second", "member")) },
  {
    rule: "demote the owner",
    open: "nnn",
    kept: "nnn",
    act: (by, room) => by.rest.patch(`/rooms/${room}/members/owner`, { role: "member" }),
  },
  { rule: "hand over ownership", open: "ynn", kept: "ynn", act: setRole("plain", "owner") },
  { rule: "change who may send", open: "yyn", kept: "yyn", act: edit({ settings: { who_can_send: "admins" } }) },
  { rule: "change who may edit", open: "yyn", kept: "yyn", act: edit({ settings: { who_can_edit_info: "admins" } }) },
  { rule: "change who may add", open: "yyn", kept: "yyn", act: edit({ settings: { who_can_add: "admins" } }) },
  {
    rule: "change what new members see",
    open: "yyn",
    kept: "yyn",
    act: edit({ settings: { history_visible_to_new_members: false } }),
  },
  { rule: "slow the room down", open: "yyn", kept: "yyn", act: edit({ settings: { slow_mode_seconds: 30 } }) },
  {
    rule: "let messages disappear",
    inDirect: true,
    open: "yyn",
    kept: "yyn",
    act: edit({ settings: { disappearing_seconds: 86_400 } }),
  },
  { rule: "leave", open: "yyy", kept: "yyy", act: (by, room) => by.rest.post(`/rooms/${room}/leave`) },
  { rule: "close", open: "ynn", kept: "ynn", act: (by, room) => by.rest.delete(`/rooms/${room}`) },
];

async function makeRoom(whoMay: "everyone" | "admins"): Promise<string> {
  const settings = { who_can_send: whoMay, who_can_edit_info: whoMay, who_can_add: whoMay };
  const acted = ["plain", "second"].flatMap((name) => ["owner", "admin", "member"].map((role) => `${name}-${role}`));
  const room = await makeGroup(owner, ["admin", "member", ...acted], { settings });
  await owner.rest.patch(`/rooms/${room}/members/admin`, { role: "admin" });
  return room;
}

/** From the least to the most: who is refused changes nothing for the next. */
async function tryAll(row: Row, room: string): Promise<string[]> {
  const told: string[] = [];
  for (const role of ["outsider", "member", "admin", "owner"] as const) {
    told.push(`${role}: ${codeOf(await row.act(personOf(role), room))}`);
  }
  return told;
}

function toExpected(letters: string): string[] {
  const codes = [...letters].map((letter) => (letter === "y" ? "ok" : "forbidden"));
  return ["outsider: not_found", `member: ${codes[2]}`, `admin: ${codes[1]}`, `owner: ${codes[0]}`];
}

describe("who may", () => {
  it.each(rows)("[R1][R3][R4][J1][J10] $rule: owner, admin, member $open, kept to admins $kept", async (row) => {
    expect(await tryAll(row, await makeRoom("everyone")), "open").toEqual(toExpected(row.open));
    expect(await tryAll(row, await makeRoom("admins")), "kept to admins").toEqual(toExpected(row.kept));
  });

  it.each(rows)("[R2][J7] $rule, in a direct room", async (row) => {
    const expected = row.inDirect ? "ok" : "forbidden";
    for (const role of ["owner", "admin"] as const)
      expect(codeOf(await row.act(personOf(role), direct))).toBe(expected);
    expect(codeOf(await row.act(personOf("outsider"), direct))).toBe("not_found");
  });
});
