/** Ends media that may be opened once, when nobody is left to open them or they have waited too long (docs/spec.md E6). */
import type { Services } from "../../context.ts";
import { dropUse } from "../media/media-access.ts";
import { touchMessage } from "../messages/touch-message-access.ts";
import { type DueUse, findDueUses, findEnd } from "./expiry-store.ts";

const dueAtOnce = 500;

/**
 * One round: about `limit` media. One that fails is left to the next round, and stops none behind it.
 * @returns how many have ended
 * @throws {AggregateError} at the end, if some failed
 */
export async function endOnce(services: Services, now: Date, limit: number): Promise<number> {
  let ended = 0;
  const failures: unknown[] = [];
  for (let after: DueUse | undefined; ended < limit; ) {
    const due = await findDueUses(services.db, now, after, dueAtOnce);
    for (const use of due) {
      try {
        await endUse(services, use, now);
        ended += 1;
      } catch (error) {
        services.log.error({ err: error, room_id: use.roomId }, "a medium to be opened once could not be ended");
        failures.push(error);
      }
    }
    after = due.at(-1);
    if (due.length < dueAtOnce) break;
  }
  if (ended > 0) services.jobs.wake();
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} media could not be ended`);
  return ended;
}

// The message says that its medium has left it, by a change of its own. Another node's round may have been here before.
function endUse(services: Services, use: DueUse, now: Date): Promise<void> {
  return touchMessage(services, use.tenantId, use, async (tx) => {
    const end = await findEnd(tx, use, use.uploadId);
    if (end === undefined || end > now) return false;
    await dropUse(services, tx, use.uploadId, use);
    return true;
  });
}
