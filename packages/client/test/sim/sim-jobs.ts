/** What the server does by itself: what follows from a commit, and what ends when its time has come. */
import { sql } from "kysely";
import { accountJobs } from "../../../server/src/features/account/account-jobs.ts";
import { endOnce } from "../../../server/src/features/expiry/end-once.ts";
import { expireMessages } from "../../../server/src/features/expiry/expire-messages.ts";
import { messageJobs } from "../../../server/src/features/messages/message-jobs.ts";
import { jobKinds } from "../../../server/src/jobs/job-kinds.ts";
import type { Random } from "./random.ts";
import type { World } from "./world.ts";

const dayMs = 86_400_000;

/** Does all jobs that wait, the oldest first. */
export async function doJobs({ server }: World): Promise<void> {
  const { services } = server;
  const { rows } = await sql<{ kind: string; payload: unknown }>`
    delete from jobs where kind in ('rooms.unarchive', 'messages.forwarded') returning id, kind, payload`.execute(
    services.db,
  );
  for (const { kind, payload } of rows) {
    if (kind === "rooms.unarchive") {
      await accountJobs["rooms.unarchive"](services, jobKinds["rooms.unarchive"].parse(payload));
    } else {
      await messageJobs["messages.forwarded"](services, jobKinds["messages.forwarded"].parse(payload));
    }
  }
}

/** Some days are as if they had passed: what would have disappeared by then does. */
export async function expireSome({ server, clock }: World, random: Random): Promise<void> {
  const now = new Date(clock.now() + random.between(1, 8) * dayMs);
  await expireMessages(server.services, now, 1_000);
  await endOnce(server.services, now, 1_000);
}
