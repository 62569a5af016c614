/** The jobs of notifications, and the one that looks for those that nothing else took away. */
import type { Services } from "../../context.ts";
import { addJob } from "../../jobs/add-job.ts";
import { clearAll, clearRead } from "./clear-shown.ts";
import { notifyDevice, notifyRooms } from "./notify-rooms.ts";

const reconcileEveryMs = 300_000;

export const pushJobs = {
  "push.messages": notifyRooms,
  "push.notify": notifyDevice,
  "push.clear": clearRead,
  // The next one is planned first, whatever becomes of this one.
  "push.reconcile": async (services: Services): Promise<void> => {
    await planReconciliation(services);
    // One that begins while another still runs here waits for it.
    await services.push.turns(["reconciliation"], () => clearAll(services));
  },
};

/** Sees to it that a reconciliation is to come. Of all nodes together there is one at a time. */
export async function planReconciliation({ db, clock }: Services): Promise<void> {
  const runAt = new Date(clock.now().getTime() + reconcileEveryMs);
  const job = { kind: "push.reconcile" as const, payload: {}, key: "reconcile", runAt };
  await db.transaction().execute((tx) => addJob(tx, clock, job));
}
