/** [R5][G9] A removal that has committed, and of which the server hears late: what is said meanwhile is not for the removed. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type HoldingProxy, startHoldingProxy } from "./setup/holding-proxy.ts";
import { listenTo } from "./setup/listening.ts";
import type { RestReply } from "./setup/rest-client.ts";
import { codeOf, makeGroup, readMembers, say } from "./setup/talk.ts";
import { createTestDatabase, type TestDatabase } from "./setup/test-database.ts";
import { type Person, startTestServer, type TestServer } from "./setup/test-server.ts";

let database: TestDatabase;
let proxy: HoldingProxy;
let server: TestServer;
let ada: Person;
let bob: Person;

beforeAll(async () => {
  database = await createTestDatabase();
  proxy = await startHoldingProxy(database.url);
  server = await startTestServer({ databaseUrl: proxy.url });
  [ada, bob] = await Promise.all([server.person("ada"), server.person("bob")]);
});
afterAll(async () => {
  proxy?.release();
  await server?.close();
  proxy?.close();
  await database?.drop();
});

describe("[R5][G9] what is said after a membership has ended", () => {
  const endings: [string, (room: string) => Promise<RestReply>][] = [
    ["by removal", (room) => ada.rest.delete(`/rooms/${room}/members/bob`)],
    ["by leaving", (room) => bob.rest.post(`/rooms/${room}/leave`)],
  ];
  it.each(endings)("%s is heard by none of the user's sockets, even before the server knows", async (_, end) => {
    const room = await makeGroup(ada, ["bob"]);
    const listener = listenTo(await server.socket(bob));
    proxy.hold();
    const ending = end(room);
    await expect.poll(async () => (await readMembers(ada, room)).length).toBe(1);
    await say(ada, room, "now that we are alone");
    proxy.release();
    expect(codeOf(await ending)).toBe("ok");
    await listener.settle();
    expect(listener.of("message:receive").map((message) => message.content)).not.toContain("now that we are alone");
  });
});
