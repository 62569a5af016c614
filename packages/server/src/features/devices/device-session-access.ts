/** Ties the session of a stand-alone account to the device that exchanges it for tokens, and ends the two together. */
import type { Services } from "../../context.ts";
import type { DeviceKey, UserKey } from "../../ports/audiences/audiences.ts";
import {
  deleteSession,
  endReplacedSession,
  forgetLoggedOut,
  hasSession,
  lockDevices,
  lockDevicesOf,
  lockDevicesWith,
  setSession,
} from "./devices-store.ts";
import { endDevice, type LogOutServices, maxLoggedOut, tellLoggedOut } from "./log-out-device.ts";

/**
 * Runs `issue`, which makes a token, while the device can't be logged out: a log-out either ended the session before, or
 * is later than the token. A device that is not registered, or is logged out, is remembered when it registers.
 * @returns undefined if the session has ended
 */
export async function holdDevice<Value>(
  { db }: Pick<Services, "db">,
  device: DeviceKey,
  sessionId: string,
  issue: () => Promise<Value>,
): Promise<Value | undefined> {
  return db.transaction().execute(async (tx) => {
    // The device may have no row to lock, and log itself out all the same.
    await lockDevicesOf(tx, device);
    const [row] = await lockDevices(tx, device, { others: false, token: null });
    if (!(await hasSession(tx, device.userId, sessionId))) return undefined;
    if (row) await endReplacedSession(tx, row, sessionId);
    await setSession(tx, device, sessionId);
    return issue();
  });
}

/** Ends a session, and logs out the devices that have it, in one commit. */
export async function endSession(
  services: LogOutServices & Pick<Services, "db" | "clock">,
  user: UserKey,
  sessionId: string,
): Promise<void> {
  const ended = await services.db.transaction().execute(async (tx) => {
    // A device that is registering with this session is seen here, or sees there that the session has ended.
    await lockDevicesOf(tx, user);
    const rows = await lockDevicesWith(tx, user, sessionId);
    await deleteSession(tx, user.userId, sessionId);
    const at = services.clock.now();
    const devices: DeviceKey[] = [];
    for (const row of rows) devices.push(await endDevice(tx, row, at));
    if (devices.length > 0) await forgetLoggedOut(tx, user, maxLoggedOut);
    return devices;
  });
  tellLoggedOut(services, ended);
}
