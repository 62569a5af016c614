/** Users: oneself, others of the tenant, and finding them. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { forge, hmac } from "../../../test/setup/forge-token.ts";
import { listenTo } from "../../../test/setup/listening.ts";
import { codeOf, makeDirect, readMembers, viewRoom } from "../../../test/setup/talk.ts";
import { type Person, startTestServer, type TestServer, testSecret } from "../../../test/setup/test-server.ts";

let server: TestServer;
let ada: Person;

beforeAll(async () => {
  server = await startTestServer();
  ada = await server.person("ada");
});
afterAll(() => server.close());

/** A token of the host product's, with the claims it likes. */
function signClaims(claims: Record<string, string>): string {
  const payload = { exp: Math.floor(Date.now() / 1000) + 600, ...claims };
  return forge({ alg: "HS256" }, payload, hmac(256, testSecret));
}

async function search(q: string, more = ""): Promise<string[]> {
  const reply = await ada.rest.get(`/users?q=${encodeURIComponent(q)}${more}`);
  expect(codeOf(reply)).toBe("ok");
  return reply.body.data.map((user: { id: string }) => user.id);
}

describe("a user", () => {
  it("[W6] is made on first sight of a good token, named as it says, or by the id", async () => {
    const named = server.rest(signClaims({ sub: "u-1", name: "Grace Hopper" }));
    const nameless = server.rest(signClaims({ sub: "u-2" }));
    const presence = { is_online: false, last_seen: null, status_message: null };
    const user = { avatar_url: null, role: "user", ...presence };
    expect((await named.get("/users/me")).body.data).toEqual({ ...user, id: "u-1", name: "Grace Hopper" });
    expect((await nameless.get("/users/me")).body.data).toEqual({ ...user, id: "u-2", name: "u-2" });
    expect((await ada.rest.get("/users/u-1")).body.data).toMatchObject({ name: "Grace Hopper" });
  });

  it("keeps the name that they chose, while the role follows the token that names one", async () => {
    const rest = server.rest(signClaims({ sub: "u-3", name: "From the token", role: "moderator" }));
    expect((await rest.get("/users/me")).body.data).toMatchObject({ name: "From the token", role: "moderator" });
    await rest.patch("/users/me", { name: "My own" });
    const later = server.rest(signClaims({ sub: "u-3", name: "From the token", role: "admin" }));
    expect((await later.get("/users/me")).body.data).toMatchObject({ name: "My own", role: "admin" });
    const silent = server.rest(signClaims({ sub: "u-3" }));
    expect((await silent.get("/users/me")).body.data).toMatchObject({ name: "My own", role: "admin" });
  });

  it("changes what they give, and nothing else", async () => {
    const { rest } = await server.person("changer");
    const picture = "https://pictures.example/me.png";
    const first = await rest.patch("/users/me", { name: "Changer", avatar_url: picture });
    expect(first.body.data).toEqual((await rest.get("/users/me")).body.data);
    expect((await rest.patch("/users/me", {})).body.data).toMatchObject({ name: "Changer", avatar_url: picture });
    expect((await rest.patch("/users/me", { role: "admin", id: "ada" })).body.data).toMatchObject({
      id: "changer",
      role: "user",
    });
    expect((await rest.patch("/users/me", { avatar_url: null })).body.data).toMatchObject({
      name: "Changer",
      avatar_url: null,
    });
    for (const body of [
      { name: "" },
      { name: "x".repeat(101) },
      { name: null },
      { avatar_url: "javascript:alert(1)" },
    ]) {
      expect(codeOf(await rest.patch("/users/me", body)), JSON.stringify(body)).toBe("invalid_request");
    }
  });

  it("[S4] shows a new name wherever they are shown, and no change or event tells of it", async () => {
    const dora = await server.person("dora");
    const room = await makeDirect(ada, "dora");
    const { last_change } = await viewRoom(ada, room);
    const listener = listenTo(await server.socket(ada));
    await dora.rest.patch("/users/me", { name: "Dora Explorer", avatar_url: "https://pictures.example/dora.png" });
    expect(await listener.settle()).toEqual([]);
    const delta = (await ada.rest.post("/sync/messages", { room_id: room, since_change: last_change })).body.data;
    expect(delta).toMatchObject({ members: [], last_change });
    const full = (await ada.rest.post("/sync/messages", { room_id: room })).body.data;
    expect(full.members.map((member: { name: string }) => member.name)).toContain("Dora Explorer");
    expect((await viewRoom(ada, room)).peer).toMatchObject({ name: "Dora Explorer" });
    expect((await readMembers(ada, room)).map((member) => member.name)).toContain("Dora Explorer");
  });

  it("who is not there is not found", async () => {
    expect(codeOf(await ada.rest.get("/users/nobody"))).toBe("not_found");
  });
});

describe("users.search", () => {
  beforeAll(async () => {
    const names: [id: string, name: string][] = [
      ["s-1", "Alan Mathison Turing"],
      ["s-2", "Joan Clarke-Murray"],
      ["s-3", "Zoë Müller"],
      ["s-4", "शर्मा हिन्दी"],
      ["s-5", "grace.brewster"],
      ["s-6", "O'Neil, Shaq"],
      ["s-7", "max_planck"],
      ["s-8", "Ops/Night"],
      ["s-9", "Agent 007"],
      ["s-10", "Guest-42"],
      ["max", "Somebody Else"],
    ];
    for (const [sub, name] of names) await server.rest(signClaims({ sub, name })).get("/users/me");
  });

  it.each([
    ["the beginning of a word", "tur", ["s-1"]],
    ["whatever its case", "TURING", ["s-1"]],
    ["whatever its case, beyond ASCII too", "ZOË", ["s-3"]],
    ["several words, in any order", "turing al", ["s-1"]],
    ["not the middle of a word", "uring", []],
    ["not if one word is missing", "alan clarke", []],
    ["a part of a compound", "murray", ["s-2"]],
    ["the compound", "clarke-murray", ["s-2"]],
    ["letters with accents", "zoë mül", ["s-3"]],
    ["letters with vowel signs", "शर्मा", ["s-4"]],
    ["the beginning of such", "हिन्", ["s-4"]],
    ["a word behind a dot", "brewster", ["s-5"]],
    ["words with a dot between", "grace.brewster", ["s-5"]],
    ["a word behind an apostrophe", "neil", ["s-6"]],
    ["a word behind an underscore", "planck", ["s-7"]],
    ["a word behind a slash", "night", ["s-8"]],
    ["words with a slash between", "ops/night", ["s-8"]],
    ["a number", "007", ["s-9"]],
    ["a number behind a hyphen", "guest-42", ["s-10"]],
    ["an id, and a word alike", "max", ["max", "s-7"]],
    ["an id", "s-9", ["s-9"]],
    ["not the beginning of an id", "ma", ["s-1", "s-7"]],
    ["no operators of the query language", "tur | zoë & !x <-> (:*)", []],
    ["nothing but punctuation", "&|!", []],
  ])("finds by %s: %s", async (_, q, ids) => {
    expect(await search(q)).toEqual(ids);
  });

  it("[G11] brings pages of a hundred at most, each user once, by id", async () => {
    for (let n = 0; n < 5; n += 1) {
      await server.rest(signClaims({ sub: `page-${n}`, name: "Page Turner" })).get("/users/me");
    }
    const first = (await ada.rest.get("/users?q=turner&limit=2")).body;
    expect(first.pagination.has_more).toBe(true);
    const second = await search("turner", `&limit=2&cursor=${first.pagination.next_cursor}`);
    expect([...first.data.map((user: { id: string }) => user.id), ...second]).toEqual([
      "page-0",
      "page-1",
      "page-2",
      "page-3",
    ]);
    expect(codeOf(await ada.rest.get("/users?q=turner&limit=101"))).toBe("invalid_request");
    expect(codeOf(await ada.rest.get("/users?q="))).toBe("invalid_request");
  });
});
