/** A process that takes a job and never ends it: `node endless-runner.fixture.ts DATABASE_URL`, for a test to kill. */
import { createWatchedLog } from "../../test/setup/watched-log.ts";
import { systemClock } from "../clock.ts";
import type { Services } from "../context.ts";
import { createDatabase, createPool } from "../db/database.ts";
import { createJobs } from "./create-jobs.ts";

const [, , url = ""] = process.argv;
const log = createWatchedLog();
const db = createDatabase(createPool({ connectionString: url }, 2, log));
const handle = (_: Services, { uploadId }: { uploadId: string }): Promise<void> => {
  console.log(uploadId);
  return new Promise(() => {});
};
const handlers = {
  "media.remove": handle,
  "media.scan": handle,
  "media.touch": handle,
  "media.sweep": async () => {},
  "devices.sweep": async () => {},
  "messages.retain": async () => {},
  "messages.forwarded": async () => {},
  "messages.expire": async () => {},
  "rooms.unarchive": async () => {},
  "push.messages": async () => {},
  "push.notify": async () => {},
  "push.clear": async () => {},
  "push.reconcile": async () => {},
};
createJobs({ db, clock: systemClock, log }).start({} as Services, handlers);
