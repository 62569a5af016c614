/** [G12] Notifications survive what ends a process, and providers that are away. */
import { expect, it, onTestFinished } from "vitest";
import { createRest } from "../../../test/setup/rest-client.ts";
import { startServerProcess } from "../../../test/setup/server-process.ts";
import { makeGroup, say } from "../../../test/setup/talk.ts";
import { createTestDatabase } from "../../../test/setup/test-database.ts";
import { type Person, testAdminKey } from "../../../test/setup/test-server.ts";
import { createDatabase, createPool } from "../../db/database.ts";
import { createLog } from "../../log.ts";
import { startFakeWebPush } from "../../ports/push/fake-web-push.fixture.ts";
import { findPushJobs, readPublicKey, registerBrowser } from "./push.fixture.ts";

async function createPerson(url: string, id: string): Promise<Person> {
  const reply = await createRest(url, testAdminKey).post("/admin/tokens", { user_id: id });
  const { token } = reply.body.data;
  return { id, tenant: "default", token, rest: createRest(url, token) };
}

it("[U1][G12] a server that is killed between the commit and the push sends it when it is back, with the same keys", async () => {
  const database = await createTestDatabase();
  const db = createDatabase(createPool({ connectionString: database.url }, 2, createLog("fatal")));
  let publicKey = "";
  const provider = await startFakeWebPush(() => publicKey);
  const start = () => startServerProcess({ DATABASE_URL: database.url, PIPIT_PUSH_LOOPBACK: "on" });
  const first = await start();
  onTestFinished(async () => {
    await provider.close();
    await db.destroy();
    await database.drop();
  });
  const [ada, bob] = [await createPerson(first.url, "ada"), await createPerson(first.url, "bob")];
  publicKey = await readPublicKey(ada);
  const token = provider.subscribe();
  await registerBrowser(bob, "phone", token);
  const room = await makeGroup(ada, ["bob"]);
  // Nothing is taken up for 200 ms after the answer, so that the kill comes before.
  await say(ada, room, "killed right after");
  await first.end("SIGKILL");
  expect([provider.asked, (await findPushJobs(db, ["push.messages"])).length]).toEqual([0, 1]);

  // The provider is away as well when the server comes back.
  const port = Number(new URL(provider.url).port);
  await provider.close();
  const second = await start();
  onTestFinished(async () => {
    await second.end("SIGKILL");
  });
  const later = { ...ada, rest: createRest(second.url, ada.token) };
  const failures = async () => (await findPushJobs(db, ["push.notify"])).map(({ payload }) => payload.failures);
  await expect.poll(failures, { timeout: 15_000 }).toEqual([expect.any(Number)]);
  await provider.open(port);
  // Each send wakes the jobs, which else look every five seconds.
  const own = await makeGroup(later);
  const takenAfterWaking = async () => {
    await say(later, own, "wake");
    return provider.taken;
  };
  await expect.poll(takenAfterWaking, { timeout: 15_000, interval: 300 }).toHaveLength(1);
  expect(provider.taken[0]).toMatchObject({ token, data: { type: "message", room_id: room, sequence_number: 1 } });
  expect([provider.faults, await readPublicKey(later)]).toEqual([[], publicKey]);
}, 60_000);
