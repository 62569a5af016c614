/** Gathers what is told of sends and reads, and has it seen to a moment later. */
import type { Clock } from "../../clock.ts";
import type { Reader, Services } from "../../context.ts";
import { addJob } from "../../jobs/add-job.ts";
import type { Jobs } from "../../jobs/jobs.ts";
import type { Log } from "../../log.ts";
import type { PushSignals } from "./push-parts.ts";
import { findShownBy, hasTargets } from "./push-store.ts";

type Parts = Pick<Services, "db"> & { clock: Clock; jobs: Pick<Jobs, "wake">; log: Log };
type Read = { roomId: string; userId: string };

/** Long enough to see to a burst once, short against the time that a notification takes. */
const gatherMs = 200;
/** That there is somebody to notify is believed for so long; that there is nobody is asked each time. */
const believeMs = 60_000;
const mostReads = 2_000;

export function createPushSignals(parts: Parts): PushSignals {
  const { jobs, log } = parts;
  let reads = new Map<string, Read>();
  let hasAppended = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let isClosed = false;
  const isThereAnybody = createBelief(parts);

  async function flush(): Promise<void> {
    timer = undefined;
    const told = { reads: [...reads.values()], hasAppended };
    reads = new Map();
    hasAppended = false;
    try {
      if (!(await isThereAnybody())) return;
      const hasAdded = told.reads.length > 0 && (await addClear(parts, told.reads));
      if (told.hasAppended || hasAdded) jobs.wake();
    } catch (error) {
      log.warn({ err: error }, "what was read could not be noted; notifications of it will be taken away later");
    }
  }

  function ring(): void {
    if (isClosed) return;
    timer ??= setTimeout(() => {
      running = flush();
    }, gatherMs);
  }

  return {
    noteAppended() {
      hasAppended = true;
      ring();
    },
    noteRead(read) {
      // Of more than that, the reconciliation takes care (G11).
      if (reads.size < mostReads) reads.set(`${read.roomId} ${read.userId}`, read);
      ring();
    },
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await running;
    },
  };
}

function createBelief({ db, clock }: { db: Reader; clock: Clock }): () => Promise<boolean> {
  let trueUntil = 0;
  return async () => {
    const now = clock.now().getTime();
    if (now < trueUntil) return true;
    const isTrue = await hasTargets(db);
    if (isTrue) trueUntil = now + believeMs;
    return isTrue;
  };
}

/** @returns whether any of them has a notification to take away */
async function addClear({ db, clock }: Parts, reads: Read[]): Promise<boolean> {
  const pairs = await findShownBy(db, reads);
  if (pairs.length === 0) return false;
  await db.transaction().execute((tx) => addJob(tx, clock, { kind: "push.clear", payload: { pairs } }));
  return true;
}
