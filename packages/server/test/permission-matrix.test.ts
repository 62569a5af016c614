/** [G8][G9] Who may do what: every operation of the table, as everyone there is, through each door that it has. */
import type { Access, Operation } from "@pipit/protocol/operation";
import { listOperations, type OperationName } from "@pipit/protocol/operations";
import type { Socket } from "socket.io-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { callRest } from "./setup/checked-client.ts";
import { description, register } from "./setup/own-devices.ts";
import { type Person, startTestServer, type TestServer, testAdminKey } from "./setup/test-server.ts";
import { confirmUpload, dot, note, requestUpload, toClaim, uploadOnly } from "./setup/upload.ts";

const actors = ["anonymous", "outsider", "former", "otherTenant", "member", "author", "admin", "owner"] as const;
type ActorName = (typeof actors)[number];
type Outcome = "ok" | "unauthenticated" | "not_found" | "forbidden";
type Fixture = {
  roomId: string;
  messageId: string;
  uploadId: string;
  fileKey: string;
  /** A link of the actor's own, or else of the owner's. */
  code: string;
  /** A room of the bystander's, to which the actor is invited, or asks to be let in. */
  awayId: string;
};
/** `media`: what of the author's the fixture has to have, a medium that was sent to the room, also to be opened once, or an upload in pieces. */
type Row = {
  input(fixture: Fixture, actor: ActorName): Record<string, unknown>;
  otherTenant?: Outcome;
  author?: Outcome;
  media?: "sent" | "once" | "open";
  /** The message in question is a poll. */
  isOfPoll?: true;
  /** A link into the room has to be there, or a request of newcomer's; or the actor waits to come into another room. */
  way?: "link" | "newcomer asks" | "invited" | "asks";
};

/** What each operation is tried with. An operation without a row here does not compile, and fails below. */
const rows: Record<OperationName, Row> = {
  "messages.send": { input: ({ roomId }) => ({ room_id: roomId, content: "hi" }) },
  "messages.list": { input: ({ roomId }) => ({ room_id: roomId }) },
  "messages.get": { input: ({ messageId }) => ({ message_id: messageId }) },
  "messages.edit": { input: ({ messageId }) => ({ message_id: messageId, content: "edited" }) },
  "messages.delete": { input: ({ messageId }) => ({ message_id: messageId, for: "everyone" }) },
  "messages.forward": { input: ({ messageId, roomId }) => ({ message_id: messageId, target_room_ids: [roomId] }) },
  "messages.mentions": { input: () => ({}) },
  "messages.react": { input: ({ messageId }) => ({ message_id: messageId, emoji: "👍" }) },
  "messages.unreact": { input: ({ messageId }) => ({ message_id: messageId, emoji: "👍" }) },
  "messages.star": { input: ({ messageId }) => ({ message_id: messageId }) },
  "messages.addStar": { input: ({ messageId }) => ({ message_id: messageId }) },
  "messages.removeStar": { input: ({ messageId }) => ({ message_id: messageId }) },
  "messages.starred": { input: () => ({}) },
  "polls.vote": { input: ({ messageId }) => ({ message_id: messageId, option_ids: [1] }), isOfPoll: true },
  "polls.close": { input: ({ messageId }) => ({ message_id: messageId }), isOfPoll: true },
  "polls.votes": { input: ({ messageId }) => ({ message_id: messageId }), isOfPoll: true },
  "messages.open": { input: ({ messageId }) => ({ message_id: messageId }), media: "once", author: "forbidden" },
  "messages.pin": { input: ({ messageId }) => ({ message_id: messageId }) },
  "messages.unpin": { input: ({ messageId }) => ({ message_id: messageId }) },
  "messages.info": { input: ({ messageId }) => ({ message_id: messageId }) },
  "receipts.markDelivered": { input: ({ messageId }) => ({ message_id: messageId }) },
  "receipts.markSeen": { input: ({ messageId }) => ({ message_id: messageId }) },
  "receipts.mark": { input: ({ roomId }) => ({ room_id: roomId, kind: "read", up_to_sequence: 1 }) },
  "rooms.unread": { input: () => ({}) },
  "rooms.create": { input: () => ({ type: "group", name: "New", member_ids: ["author"] }), otherTenant: "not_found" },
  "rooms.createDirect": { input: () => ({ user_id: "newcomer" }), otherTenant: "not_found" },
  "rooms.list": { input: () => ({}) },
  "rooms.get": { input: ({ roomId }) => ({ room_id: roomId }) },
  "rooms.left": { input: () => ({}) },
  "rooms.forgetLeft": { input: ({ roomId }) => ({ room_id: roomId }) },
  "rooms.update": { input: ({ roomId }) => ({ room_id: roomId, name: "Renamed" }) },
  "rooms.setPreferences": { input: ({ roomId }) => ({ room_id: roomId, is_pinned: true }) },
  "rooms.clear": { input: ({ roomId }) => ({ room_id: roomId, delete_chat: true }) },
  "chats.settings": { input: () => ({}) },
  "chats.setSettings": { input: () => ({ unarchive_on: "message" }) },
  "folders.list": { input: () => ({}) },
  "folders.set": { input: ({ roomId }) => ({ folders: [{ id: "work", name: "Work", room_ids: [roomId] }] }) },
  "rooms.delete": { input: ({ roomId }) => ({ room_id: roomId }) },
  "members.list": { input: ({ roomId }) => ({ room_id: roomId }) },
  "members.add": { input: ({ roomId }) => ({ room_id: roomId, user_id: "newcomer" }) },
  "members.remove": { input: ({ roomId }) => ({ room_id: roomId, user_id: "bystander" }) },
  "members.setRole": { input: ({ roomId }) => ({ room_id: roomId, user_id: "bystander", role: "admin" }) },
  "invites.create": { input: ({ roomId }) => ({ room_id: roomId }) },
  "invites.list": { input: ({ roomId }) => ({ room_id: roomId }) },
  "invites.revoke": { input: ({ roomId, code }) => ({ room_id: roomId, code }), way: "link" },
  "invites.preview": { input: ({ code }) => ({ code }), way: "link", otherTenant: "not_found" },
  "groups.joinConfirm": {
    input: ({ roomId, code }) => ({ room_id: roomId, invite_code: code }),
    way: "link",
    otherTenant: "not_found",
  },
  "invitations.create": { input: ({ roomId }) => ({ room_id: roomId, user_id: "newcomer" }) },
  "invitations.list": { input: () => ({}) },
  "invitations.decline": { input: ({ awayId }) => ({ room_id: awayId }), way: "invited", otherTenant: "not_found" },
  "joinRequests.list": { input: ({ roomId }) => ({ room_id: roomId }) },
  "joinRequests.decide": {
    input: ({ roomId }) => ({ room_id: roomId, user_id: "newcomer", decision: "approve" }),
    way: "newcomer asks",
  },
  "joinRequests.withdraw": { input: ({ awayId }) => ({ room_id: awayId }), way: "asks", otherTenant: "not_found" },
  "groups.leave": { input: ({ roomId }) => ({ room_id: roomId }) },
  "sync.chats": { input: () => ({}) },
  "sync.messages": { input: ({ roomId }) => ({ room_id: roomId }) },
  "devices.register": { input: () => ({ device_id: "tablet", ...description }) },
  "devices.list": { input: () => ({}) },
  // Everyone has devices of these names; the one that is logged out has no push token any more.
  "devices.logout": { input: () => ({ device_id: "old" }) },
  "devices.sync": { input: () => ({ device_id: "phone" }) },
  "devices.testPush": { input: () => ({ device_id: "pager" }) },
  "push.config": { input: () => ({}) },
  "media.requestUpload": { input: () => toClaim(note) },
  "media.resumeUpload": { input: ({ fileKey }) => ({ fileKey }), media: "open" },
  "media.confirmUpload": { input: ({ fileKey }) => ({ fileKey, ...toClaim(note) }), media: "sent" },
  "media.get": { input: ({ uploadId }) => ({ uploadId }), media: "sent" },
  "media.delete": { input: ({ uploadId }) => ({ uploadId }), media: "sent" },
  "media.usage": { input: () => ({}) },
  "presence.lastSeen": { input: () => ({ user_id: "newcomer" }), otherTenant: "not_found" },
  "presence.setStatusMessage": { input: () => ({ status_message: "busy" }) },
  "presence.subscribe": { input: () => ({ user_ids: ["newcomer"] }) },
  "presence.unsubscribe": { input: () => ({ user_ids: ["newcomer"] }) },
  "presence.typing": { input: ({ roomId }) => ({ room_id: roomId }) },
  "presence.stopTyping": { input: ({ roomId }) => ({ room_id: roomId }) },
  "presence.focus": { input: () => ({ in_focus: true }) },
  "session.renew": { input: (_, actor) => ({ token: personOf(actor).token }) },
  "users.privacy": { input: () => ({}) },
  "users.setPrivacy": { input: () => ({ online: "everyone" }) },
  "users.me": { input: () => ({}) },
  "users.update": { input: () => ({ name: "Renamed" }) },
  "users.get": { input: () => ({ user_id: "newcomer" }), otherTenant: "not_found" },
  "users.block": { input: () => ({ user_id: "newcomer" }), otherTenant: "not_found" },
  "users.unblock": { input: () => ({ user_id: "newcomer" }), otherTenant: "not_found" },
  "users.blocked": { input: () => ({}) },
  "users.search": { input: () => ({ q: "newcomer" }) },
  "admin.upsertUser": { input: () => ({ user_id: "made" }) },
  "admin.mediaUsage": { input: () => ({}) },
  "admin.issueToken": { input: () => ({ user_id: "made" }) },
};

const outside = {
  anonymous: "unauthenticated",
  outsider: "not_found",
  former: "not_found",
  otherTenant: "not_found",
} as const;
const inside = { member: "ok", author: "ok", admin: "ok", owner: "ok" } as const;
const governed = { ...outside, ...inside, member: "forbidden", author: "forbidden" } as const;

/** What each kind of access means for each actor. `author` wrote the message in question. */
const rules: Record<Access, Record<ActorName, Outcome>> = {
  service: {
    ...outside,
    ...inside,
    ...Object.fromEntries(actors.map((actor) => [actor, "unauthenticated"])),
  },
  user: { ...inside, anonymous: "unauthenticated", outsider: "ok", former: "ok", otherTenant: "ok" },
  member: { ...outside, ...inside },
  reader: { ...outside, ...inside, former: "ok" },
  former: {
    ...outside,
    former: "ok",
    member: "not_found",
    author: "not_found",
    admin: "not_found",
    owner: "not_found",
  },
  poster: { ...outside, ...inside },
  editor: { ...outside, ...inside },
  adder: { ...outside, ...inside },
  author: { ...outside, ...inside, member: "forbidden", admin: "forbidden", owner: "forbidden" },
  author_or_admin: { ...outside, ...inside, member: "forbidden" },
  uploader: { ...outside, member: "not_found", author: "ok", admin: "not_found", owner: "not_found" },
  admin: governed,
  owner: { ...governed, admin: "forbidden" },
};

/** The room setting that keeps a kind of access to admins. */
const settingOf: Partial<Record<Access, string>> = {
  poster: "who_can_send",
  editor: "who_can_edit_info",
  adder: "who_can_add",
};

let server: TestServer;
const people = new Map<string, Person>();
const sockets = new Map<string, Socket>();

beforeAll(async () => {
  server = await startTestServer();
  for (const name of ["outsider", "former", "member", "author", "admin", "owner", "bystander", "newcomer"]) {
    people.set(name, await server.person(name));
  }
  people.set("otherTenant", await server.person("owner", "elsewhere"));
  for (const person of people.values()) {
    await register(person, "old");
    await register(person, "phone");
    await register(person, "pager", { push_token: `token of ${person.id} of ${person.tenant}` });
  }
  for (const [name, person] of people) sockets.set(name, await server.socket(person));
});
afterAll(() => server.close());

function personOf(name: string): Person {
  const person = people.get(name);
  if (!person) throw new Error(`nobody is called ${name}`);
  return person;
}

const poll = { question: "When?", options: ["now", "later"] };

async function makeFixture(
  settings: Record<string, string>,
  { media, isOfPoll, way }: Row,
  actor: ActorName,
): Promise<Fixture> {
  const { rest } = personOf("owner");
  const members = ["former", "member", "author", "admin", "bystander"];
  const { data: room } = (await rest.post("/rooms", { name: "Room", type: "group", member_ids: members })).body;
  const author = personOf("author");
  const { uploadId, fileKey } = await makeUpload(author, media);
  const carried =
    media === "sent" || media === "once" ? { upload_id: uploadId } : isOfPoll ? { meta_data: { poll } } : {};
  const body = { content: "first", is_view_once: media === "once", ...carried };
  const sent = await author.rest.post(`/rooms/${room.id}/messages`, body);
  await rest.patch(`/rooms/${room.id}/members/admin`, { role: "admin" });
  await rest.delete(`/rooms/${room.id}/members/former`);
  const ways = await makeWay(room.id, way, actor);
  if (Object.keys(settings).length > 0) await rest.patch(`/rooms/${room.id}`, { settings });
  return { roomId: room.id, messageId: sent.body.data.id, uploadId, fileKey, ...ways };
}

async function makeWay(roomId: string, way: Row["way"], actor: ActorName): Promise<{ code: string; awayId: string }> {
  const bystander = personOf("bystander");
  const isOutside = ["anonymous", "outsider", "former", "otherTenant"].includes(actor);
  const ways = { code: "none", awayId: "none" };
  if (way === "link") ways.code = await makeLink(isOutside ? personOf("owner") : personOf(actor), roomId, {});
  if (way === "newcomer asks") await askToJoin("newcomer", personOf("owner"), roomId);
  if (way === "invited" || way === "asks") {
    const other = await bystander.rest.post("/rooms", { name: "Away", type: "group", member_ids: [] });
    ways.awayId = other.body.data.id;
    const waiting = actor === "anonymous" || actor === "otherTenant" ? "owner" : actor;
    if (way === "asks") await askToJoin(waiting, bystander, ways.awayId);
    else await bystander.rest.post(`/rooms/${ways.awayId}/invitations`, { user_id: waiting });
  }
  return ways;
}

async function makeLink(maker: Person, roomId: string, given: object): Promise<string> {
  return (await maker.rest.post(`/rooms/${roomId}/invites`, given)).body.data.code;
}

async function askToJoin(name: string, maker: Person, roomId: string): Promise<void> {
  const invite_code = await makeLink(maker, roomId, { needs_approval: true });
  await personOf(name).rest.post(`/rooms/${roomId}/join`, { invite_code });
}

async function makeUpload(author: Person, media: Row["media"]): Promise<{ uploadId: string; fileKey: string }> {
  if (media === undefined) return { uploadId: "", fileKey: "" };
  if (media === "open") return requestUpload(author, note, { resumable: true });
  const file = media === "once" ? dot : note;
  const ticket = await uploadOnly(author, file);
  await confirmUpload(author, ticket.fileKey, file);
  return ticket;
}

type Door = "rest" | "socket";

async function tryIt(
  door: Door,
  operation: Operation,
  actor: ActorName,
  input: Record<string, unknown>,
): Promise<Outcome> {
  const token = actor === "anonymous" ? undefined : personOf(actor).token;
  const reply =
    door === "rest"
      ? await callRest(server.url, token, operation, input)
      : await sockets
          .get(actor)
          ?.timeout(5_000)
          .emitWithAck(operation.socket?.event ?? "", input);
  return reply.success ? "ok" : reply.code;
}

function expectedOf(operation: Operation, row: Row, actor: ActorName, isRestricted: boolean): Outcome {
  if (actor === "otherTenant" && row.otherTenant) return row.otherTenant;
  if (actor === "author" && row.author) return row.author;
  if (isRestricted && (actor === "member" || actor === "author")) return "forbidden";
  return rules[operation.access][actor];
}

async function check(name: OperationName, operation: Operation, door: Door, settings: Record<string, string>) {
  const row = rows[name];
  let unchanged: Fixture | undefined;
  for (const actor of actors) {
    // A socket of nobody is refused at the handshake (sockets.test.ts).
    if (door === "socket" && actor === "anonymous") continue;
    const fixture = unchanged ?? (await makeFixture(settings, row, actor));
    const outcome = await tryIt(door, operation, actor, row.input(fixture, actor));
    const expected = expectedOf(operation, row, actor, Object.keys(settings).length > 0);
    expect(outcome, `${name} as ${actor} over ${door}`).toBe(expected);
    // What was refused, or only read, is the next one's to try, unless it was made for this one.
    unchanged = (outcome === "ok" && operation.limit !== "read") || row.way ? undefined : fixture;
  }
}

describe("[G8][G9] permission matrix", () => {
  it("has a row for every operation", () => {
    expect(Object.keys(rows).sort()).toEqual(
      listOperations()
        .map(({ name }) => name)
        .sort(),
    );
  });

  for (const { name, operation } of listOperations()) {
    const setting = settingOf[operation.access];
    for (const door of ["rest", "socket"] as const) {
      if (!operation[door]) continue;
      it(`${name} over ${door}`, () => check(name, operation, door, {}));
      if (setting)
        it(`${name} over ${door}, kept to admins`, () => check(name, operation, door, { [setting]: "admins" }));
    }
  }

  it("the holder of the admin key may do what is the service's, and nothing else", async () => {
    const plain = await makeFixture({}, rows["rooms.get"], "owner");
    for (const { name, operation } of listOperations()) {
      if (!operation.rest) continue;
      const { way, media, isOfPoll } = rows[name];
      const fixture = way || media || isOfPoll ? await makeFixture({}, rows[name], "owner") : plain;
      const reply = await callRest(server.url, testAdminKey, operation, rows[name].input(fixture, "owner"));
      expect(reply.success ? "ok" : reply.code, name).toBe(operation.access === "service" ? "ok" : "unauthenticated");
    }
  });
});
