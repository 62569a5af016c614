/** [G5] A page of sync is read in several steps: what changes between them is neither brought halfway nor forgotten. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { lockMessagesFromReaders } from "./setup/room-lock.ts";
import { makeGroup, say } from "./setup/talk.ts";
import { type Person, startTestServer, type TestServer } from "./setup/test-server.ts";

let server: TestServer;
let ada: Person;

beforeAll(async () => {
  server = await startTestServer();
  ada = await server.person("ada");
  await server.person("bob");
});
afterAll(() => server.close());

it("[S1] a row that changes while a page is read is left for the next one, and has_more says that there is one", async () => {
  const roomId = await makeGroup(ada, []);
  const message = await say(ada, roomId, "as it was");
  const since = message.change - 1;
  const sync = async (change: number) =>
    (await ada.rest.post("/sync/messages", { room_id: roomId, since_change: change })).body.data;
  const lock = await lockMessagesFromReaders(server.databaseUrl);
  const reading = sync(since);
  await lock.waitForWaiters(1);
  const edited = message.change + 1;
  await lock.run("update rooms set last_change = $2 where id = $1", [roomId, edited]);
  await lock.run("update messages set content = 'as it is', change = $3 where room_id = $1 and sequence = $2", [
    roomId,
    message.sequence_number,
    edited,
  ]);
  await lock.commit();
  await lock.release();
  const page = await reading;
  expect(page).toMatchObject({ messages: [], has_more: true, last_change: message.change });
  const next = await sync(page.last_change);
  expect(next).toMatchObject({
    messages: [{ id: message.id, content: "as it is" }],
    has_more: false,
    last_change: edited,
  });
});

it.each(["since_change", "since_sequence"])(
  "[G9] %s: to one who is removed meanwhile, the room is not there",
  async (since) => {
    const roomId = await makeGroup(ada, ["bob"]);
    const bob = await server.person("bob");
    const message = await say(ada, roomId, "as it was");
    const lock = await lockMessagesFromReaders(server.databaseUrl);
    const reading = bob.rest.post("/sync/messages", { room_id: roomId, [since]: 0 });
    await lock.waitForWaiters(1);
    await lock.run("update members set is_member = false where room_id = $1 and user_id = 'bob'", [roomId]);
    const place = [roomId, message.sequence_number];
    await lock.run("update messages set content = 'of later' where room_id = $1 and sequence = $2", place);
    await lock.commit();
    await lock.release();
    expect((await reading).body).toMatchObject({ success: false, code: "not_found" });
  },
);
