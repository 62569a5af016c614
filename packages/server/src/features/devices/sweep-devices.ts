/** Logs out devices that nobody has used for long. */
import type { Services } from "../../context.ts";
import { planJob } from "../../jobs/plan-job.ts";
import type { DeviceKey } from "../../ports/audiences/audiences.ts";
import { lockIdleDevices } from "./devices-store.ts";
import { endDevice, type LogOutServices, tellLoggedOut } from "./log-out-device.ts";

const sweepEveryMs = 3_600_000;
const firstSweepMs = 300_000;
const dayMs = 86_400_000;
const atOnce = 100;

export const deviceJobs = {
  // The next one is planned first, whatever becomes of this one.
  "devices.sweep": async (services: Services): Promise<void> => {
    await planSweep(services, sweepEveryMs);
    const count = await sweepDevices(services);
    if (count > 0) services.log.info({ count }, "idle devices were logged out");
  },
};

/** Sees to it that a sweep is to come. */
export function planFirstDeviceSweep(services: Services): Promise<void> {
  return planSweep(services, firstSweepMs);
}

function planSweep(services: Services, afterMs: number): Promise<void> {
  return planJob(services, { kind: "devices.sweep", payload: {}, key: "sweep" }, afterMs);
}

export type SweepServices = LogOutServices & Pick<Services, "db" | "clock" | "config">;

/** @returns how many were logged out */
export async function sweepDevices(services: SweepServices): Promise<number> {
  await services.devices.activity.flush();
  const before = new Date(services.clock.now().getTime() - services.config.deviceIdleDays * dayMs);
  for (let count = 0; ; ) {
    const ended = await sweepSome(services, before);
    tellLoggedOut(services, ended);
    count += ended.length;
    if (ended.length < atOnce) return count;
  }
}

function sweepSome({ db, clock }: SweepServices, before: Date): Promise<DeviceKey[]> {
  return db.transaction().execute(async (tx) => {
    const ended: DeviceKey[] = [];
    for (const row of await lockIdleDevices(tx, before, atOnce)) ended.push(await endDevice(tx, row, clock.now()));
    return ended;
  });
}
