/** Logs devices out: at that commit their tokens, session and notifications end, and right after it their sockets. */
import { AppError } from "../../app-error.ts";
import type { Actor, Context, Handler, Services, Writer } from "../../context.ts";
import type { DeviceKey } from "../../ports/audiences/audiences.ts";
import {
  deleteSession,
  forgetLoggedOut,
  type LockedDevice,
  lockDevices,
  lockDevicesOf,
  markLoggedOut,
  saveDevice,
} from "./devices-store.ts";

/** Logged-out devices of a user that are remembered; the tokens of one that is forgotten would serve it again. */
export const maxLoggedOut = 1_000;

export const logOutDevice: Handler<"devices.logout"> = async (ctx, input) => {
  const device = { tenantId: ctx.actor.tenantId, userId: ctx.actor.userId, deviceId: input.device_id };
  await ctx.db.transaction().execute((tx) => logOutOwn(ctx, tx, device));
  tellLoggedOut(ctx, [device]);
  return { device_id: input.device_id };
};

/** What it takes to tell of a log-out. */
export type LogOutServices = Pick<Services, "devices" | "audiences" | "log">;

/** After the commit: what was remembered of the devices counts no more, and their sockets close. */
export function tellLoggedOut(services: LogOutServices, devices: readonly DeviceKey[]): void {
  for (const device of devices) {
    services.devices.gate.forget(device);
    try {
      services.audiences.logOut(device);
    } catch (error) {
      services.log.error({ err: error, user_id: device.userId }, "a device's sockets could not be closed");
    }
  }
}

/** Marks a device that is locked as logged out. @param at taken when the lock was held: see `holdDevice` */
export async function endDevice(tx: Writer, device: LockedDevice, at: Date): Promise<DeviceKey> {
  const key = { tenantId: device.tenant_id, userId: device.user_id, deviceId: device.device_id };
  await markLoggedOut(tx, key, at);
  if (device.session_id !== null) await deleteSession(tx, device.user_id, device.session_id);
  return key;
}

async function logOutOwn(ctx: Context, tx: Writer, device: DeviceKey): Promise<void> {
  const { actor } = ctx;
  await lockDevicesOf(tx, device);
  const [row] = await lockDevices(tx, device, { others: false, token: null });
  const isOwn = actor.deviceId === device.deviceId;
  if (!row && !isOwn) throw new AppError("not_found", { message: "There is no such device." });
  const at = ctx.clock.now();
  if (row) await endDevice(tx, row, at);
  else await noteUnregistered(tx, device, at);
  if (isOwn) await endOwnSession(tx, actor);
  await forgetLoggedOut(tx, device, maxLoggedOut);
}

// It never said what it is, but its tokens must not serve it any longer.
async function noteUnregistered(tx: Writer, device: DeviceKey, at: Date): Promise<void> {
  const unknown = { device_type: "web", platform: "unknown", app_version: "unknown" } as const;
  await saveDevice(tx, device, { ...unknown, device_name: device.deviceId, is_active: false, logged_out_at: at }, at);
}

async function endOwnSession(tx: Writer, { userId, sessionId }: Actor): Promise<void> {
  if (sessionId !== undefined) await deleteSession(tx, userId, sessionId);
}
