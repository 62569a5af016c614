/** The jobs of notifications, and the one that looks for those that nothing else took away. */
import type { Services } from "../../context.ts";
import { planJob } from "../../jobs/plan-job.ts";
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

/** Sees to it that a reconciliation is to come. */
export function planReconciliation(services: Services): Promise<void> {
  return planJob(services, { kind: "push.reconcile", payload: {}, key: "reconcile" }, reconcileEveryMs);
}
