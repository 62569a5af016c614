/** A server whose Web Push goes to a push service of the test's own, and people with devices. */
import { type Kysely, sql } from "kysely";
import { expect } from "vitest";
import { codeOf } from "../../../test/setup/talk.ts";
import { type Person, startTestServer, type TestServer } from "../../../test/setup/test-server.ts";
import { createDatabase, createPool } from "../../db/database.ts";
import type { Database } from "../../db/schema.ts";
import { createLog } from "../../log.ts";
import type { PipitOptions } from "../../pipit.ts";
import type { Taken } from "../../ports/push/fake-provider.fixture.ts";
import { type FakeWebPush, startFakeWebPush } from "../../ports/push/fake-web-push.fixture.ts";

export type PushSite = {
  server: TestServer;
  db: Kysely<Database>;
  provider: FakeWebPush;
  /** Registers a browser. @returns its token */
  register(person: Person, deviceId: string, token?: string): Promise<string>;
  /** What a device got so far, the newest last. */
  got(token: string): Taken[];
  /** Resolves when all that committed so far has been seen to, but for retries. */
  settle(): Promise<void>;
  close(): Promise<void>;
};

export async function openPushSite(options: PipitOptions = {}): Promise<PushSite> {
  let publicKey = "";
  const provider = await startFakeWebPush(() => publicKey);
  const server = await startTestServer({ pushLoopback: true, ...options });
  const db = createDatabase(createPool({ connectionString: server.databaseUrl }, 2, createLog("fatal")));
  publicKey = await readPublicKey(await server.person("anybody"));
  const countWaiting = async () => (await findPushJobs(db, ["push.messages", "push.clear"])).length;
  return {
    server,
    db,
    provider,
    got: (token) => provider.taken.filter((taken) => taken.token === token),
    async register(person, deviceId, token = provider.subscribe()) {
      await registerBrowser(person, deviceId, token);
      return token;
    },
    settle: () => expect.poll(countWaiting, { timeout: 10_000, interval: 20 }).toBe(0),
    async close() {
      await db.destroy();
      await server.close();
      await provider.close();
    },
  };
}

/** What browsers subscribe with. */
export async function readPublicKey(person: Person): Promise<string> {
  return (await person.rest.get("/push/config")).body.data.vapid_public_key;
}

export function findPushJobs(db: Kysely<Database>, kinds: `push.${"messages" | "clear" | "notify"}`[]) {
  return db
    .selectFrom("jobs")
    .select(["id", "run_at"])
    .select(sql<{ failures?: number; again?: { failures: number } }>`payload`.as("payload"))
    .where("kind", "in", kinds)
    .limit(1_000)
    .execute();
}

export async function registerBrowser(person: Person, deviceId: string, token: string | null): Promise<void> {
  const device = { device_name: deviceId, device_type: "web", platform: "linux", app_version: "1" };
  const reply = await person.rest.post("/devices/register", { device_id: deviceId, push_token: token, ...device });
  if (codeOf(reply) !== "ok") throw new Error(`refused: ${JSON.stringify(reply.body)}`);
}
