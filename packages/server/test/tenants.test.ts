/** [G9] Two tenants with the same user ids and the same room names see nothing of each other. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask, type Listener, listenTo } from "./setup/listening.ts";
import { codeOf, makeDirect, makeGroup, say } from "./setup/talk.ts";
import { type Person, startTestServer, type TestServer } from "./setup/test-server.ts";

type Tenant = { ada: Person; bob: Person; group: string; direct: string; listener: Listener };

let server: TestServer;
let here: Tenant;
let there: Tenant;

beforeAll(async () => {
  server = await startTestServer();
  here = await settleIn("here");
  there = await settleIn("there");
});
afterAll(() => server.close());

async function settleIn(tenant: string): Promise<Tenant> {
  const [ada, bob] = [await server.person("ada", tenant), await server.person("bob", tenant)];
  await server.person(`only-${tenant}`, tenant);
  await ada.rest.patch("/users/me", { name: `Ada of ${tenant}` });
  const listener = listenTo(await server.socket(bob));
  const group = await makeGroup(ada, ["bob"], { name: "Everybody" });
  const direct = await makeDirect(ada, "bob");
  for (const room of [group, direct]) {
    await say(ada, room, `said ${tenant}`, { client_message_id: "c", meta_data: { mentions: ["bob"] } });
  }
  return { ada, bob, group, direct, listener };
}

/** Everything that a user can list. */
async function readAll({ bob }: Tenant): Promise<string> {
  const replies = [
    await bob.rest.get("/rooms"),
    await bob.rest.get("/users?q=ada"),
    await bob.rest.get("/users/ada"),
    await bob.rest.get("/unread-count"),
    await bob.rest.post("/sync/chats", {}),
  ];
  expect(replies.map(codeOf)).toEqual(replies.map(() => "ok"));
  return JSON.stringify(replies.map((reply) => reply.body.data));
}

describe("[G9] two tenants", () => {
  it("have rooms, users and counts of their own, under the same names", async () => {
    for (const [own, other, name] of [
      [here, there, "here"],
      [there, here, "there"],
    ] as const) {
      const all = await readAll(own);
      for (const id of [own.group, own.direct, `said ${name}`, `Ada of ${name}`]) expect(all).toContain(id);
      for (const id of [other.group, other.direct]) expect(all).not.toContain(id);
      const { rooms, total_unread } = (await own.bob.rest.get("/unread-count")).body.data;
      expect([rooms.length, total_unread]).toEqual([2, 2]);
      expect((await own.bob.rest.get("/users?q=ada")).body.data).toMatchObject([{ id: "ada", name: `Ada of ${name}` }]);
      expect((await own.bob.rest.get("/rooms")).body.data).toHaveLength(2);
    }
    expect(here.direct).not.toBe(there.direct);
  });

  it("answer of the other's rooms, messages and users as of what does not exist, in the very same words", async () => {
    const { ada } = here;
    const pairs: [theirs: string, missing: string, method: string, body?: object][] = [
      [`/rooms/${there.group}`, `/rooms/${crypto.randomUUID()}`, "GET"],
      [`/rooms/${there.group}/messages`, `/rooms/${crypto.randomUUID()}/messages`, "GET"],
      [`/rooms/${there.group}/messages`, `/rooms/${crypto.randomUUID()}/messages`, "POST", { content: "hi" }],
      [`/rooms/${there.direct}/members`, `/rooms/${crypto.randomUUID()}/members`, "GET"],
      [`/rooms/${there.group}/leave`, `/rooms/${crypto.randomUUID()}/leave`, "POST", {}],
      [`/messages/${there.group}.1`, `/messages/${crypto.randomUUID()}.1`, "GET"],
      [`/messages/${there.group}.1`, `/messages/${crypto.randomUUID()}.1`, "PUT", { content: "mine" }],
      [`/messages/${there.group}.1/seen`, `/messages/${crypto.randomUUID()}.1/seen`, "PUT"],
      [`/messages/${there.group}.1`, `/messages/${crypto.randomUUID()}.1`, "DELETE"],
      ["/users/only-there", "/users/nobody", "GET"],
    ];
    for (const [theirs, missing, method, body] of pairs) {
      const replies = [await ada.rest.call(method, theirs, body), await ada.rest.call(method, missing, body)];
      const [seen, unseen] = replies.map((reply) => ({ status: reply.status, ...reply.body, request_id: "" }));
      expect(seen, `${method} ${theirs}`).toMatchObject({ status: 404, code: "not_found" });
      expect(seen, `${method} ${theirs}`).toEqual(unseen);
    }
  });

  it("take nobody of the other in, by whatever way", async () => {
    const { ada } = here;
    const refusals = [
      await ada.rest.post(`/rooms/${here.group}/members`, { user_id: "only-there" }),
      await ada.rest.post("/rooms", { name: "Mixed", member_ids: ["bob", "only-there"] }),
      await ada.rest.post("/rooms", { type: "direct", member_ids: ["only-there"] }),
    ];
    expect(refusals.map(codeOf)).toEqual(refusals.map(() => "not_found"));
    expect((await ask(await server.socket(ada), "chat:create", { user_id: "only-there" })).code).toBe("not_found");
    const sent = await say(ada, here.group, "hi", { meta_data: { mentions: ["only-there"] } });
    expect(sent.meta_data.mentions).toBeUndefined();
  });

  it("hear nothing of each other", async () => {
    for (const tenant of [here, there]) {
      await tenant.listener.settle();
      tenant.listener.heard.length = 0;
    }
    await say(here.ada, here.group, "for here alone", { meta_data: { mentions: ["bob"] } });
    await here.ada.rest.patch(`/rooms/${here.group}`, { description: "here" });
    await here.bob.rest.delete(`/messages/${here.group}.1?for=me`);
    await makeGroup(here.ada, ["bob"], { name: "Everybody" });
    expect(await here.listener.settle()).toEqual([
      "message:receive",
      "notification:mention",
      "group:updated",
      "message:receive",
      "account:update",
      "room:created",
    ]);
    expect(await there.listener.settle()).toEqual([]);
  });

  it("share no limit: one's flood is not the other's", async () => {
    const rateSend = { points: 2, seconds: 60 };
    const limited = await startTestServer({ rateLimits: true, rateSend });
    const [one, other] = [await limited.person("ada", "here"), await limited.person("ada", "there")];
    for (const person of [one, other]) {
      const room = await makeGroup(person);
      const codes = [];
      for (let n = 0; n < 3; n += 1) {
        codes.push(codeOf(await person.rest.post(`/rooms/${room}/messages`, { content: "hi" })));
      }
      expect(codes).toEqual(["ok", "ok", "rate_limited"]);
    }
    await limited.close();
  });
});
