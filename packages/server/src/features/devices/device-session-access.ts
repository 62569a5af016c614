/** Ties the session of a stand-alone account to the device that exchanges it for tokens. */
import type { Services } from "../../context.ts";
import type { DeviceKey } from "../../ports/audiences/audiences.ts";
import { hasSession, lockDevices, lockDevicesOf, setSession } from "./devices-store.ts";

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
    await lockDevices(tx, device, { others: false, token: null });
    if (!(await hasSession(tx, device.userId, sessionId))) return undefined;
    await setSession(tx, device, sessionId);
    return issue();
  });
}
