/** Nodes whose jobs share a database of a test's own, with a clock that the test moves. */
import { randomUUID } from "node:crypto";
import type { Kysely, Selectable } from "kysely";
import { onTestFinished } from "vitest";
import { createFakeClock, type FakeClock } from "../../test/setup/fake-clock.ts";
import { createTestDatabase } from "../../test/setup/test-database.ts";
import { createWatchedLog, type WatchedLog } from "../../test/setup/watched-log.ts";
import type { Services } from "../context.ts";
import { createDatabase, createPool } from "../db/database.ts";
import type { Database } from "../db/schema.ts";
import { addJob } from "./add-job.ts";
import { createJobs, type JobOptions, type JobParts } from "./create-jobs.ts";
import type { Jobs } from "./jobs.ts";

type Row = Selectable<Database["jobs"]>;

/** What a node does with a job, whichever its kind. */
export type Handler = (uploadId: string) => Promise<void>;

export type Site = {
  url: string;
  db: Kysely<Database>;
  clock: FakeClock;
  log: WatchedLog;
  /** Adds a `media.remove` in a transaction of its own. @returns its upload's id */
  add(options?: { key?: string; runAt?: Date }): Promise<string>;
  /** A node that polls once a minute, so that it acts on `wake` alone. It stops when the test ends. */
  startNode(handler: Handler, options?: Partial<JobOptions>, parts?: Partial<JobParts>): Jobs;
  rows(): Promise<Row[]>;
  rowOf(uploadId: string): Promise<Row | undefined>;
};

export async function createSite(): Promise<Site> {
  const database = await createTestDatabase();
  onTestFinished(() => database.drop());
  const clock = createFakeClock();
  const log = createWatchedLog();
  const db = openDatabase(database.url);
  const rows = () =>
    db
      .selectFrom("jobs")
      .select(["id", "kind", "key", "payload", "run_at", "attempts", "locked_until", "failed_at"])
      .select(["last_error", "created_at"])
      .orderBy("id")
      .limit(5_000)
      .execute();
  return {
    url: database.url,
    db,
    clock,
    log,
    rows,
    async add(options = {}) {
      const uploadId = randomUUID();
      const job = { kind: "media.remove", payload: { uploadId }, ...options } as const;
      await db.transaction().execute((tx) => addJob(tx, clock, job));
      return uploadId;
    },
    startNode(handler, options = {}, parts = {}) {
      const jobs = createJobs({ db, clock, log, ...parts }, { pollMs: 60_000, ...options });
      const handle = (_: Services, payload: { uploadId: string }) => handler(payload.uploadId);
      // The handlers of these tests use none of the services.
      const nothing = async () => {};
      const ofPushes = {
        "push.messages": nothing,
        "push.notify": nothing,
        "push.clear": nothing,
        "push.reconcile": nothing,
      };
      const ofUploads = { "media.remove": handle, "media.scan": handle, "media.touch": handle };
      jobs.start({} as Services, {
        ...ofUploads,
        "media.sweep": async () => {},
        "devices.sweep": async () => {},
        "messages.retain": async () => {},
        "messages.forwarded": async () => {},
        "messages.expire": async () => {},
        "rooms.unarchive": async () => {},
        ...ofPushes,
      });
      onTestFinished(() => jobs.stop());
      return jobs;
    },
    rowOf: async (uploadId) =>
      (await rows()).find((row) => "uploadId" in row.payload && row.payload.uploadId === uploadId),
  };
}

/** A pool of its own, closed when the test ends. */
export function openDatabase(url: string): Kysely<Database> {
  const db = createDatabase(createPool({ connectionString: url }, 4, createWatchedLog()));
  onTestFinished(() => db.destroy());
  return db;
}

/** A door that opens once. */
export function createGate(): { opened: Promise<void>; open(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}

/** A handler that remembers what it ran, and says when something has been. */
export function createRecorder(): { handler: Handler; ran: string[] } {
  const ran: string[] = [];
  return {
    ran,
    async handler(uploadId) {
      ran.push(uploadId);
    },
  };
}
