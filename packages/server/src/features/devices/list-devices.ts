/** Lists the caller's devices. */
import type { UserDevice } from "@pipit/protocol/models/device";
import type { Context, Handler } from "../../context.ts";
import { viewDevice } from "./device-view.ts";
import { findDevice, findDevices } from "./devices-store.ts";

/** All that are logged in (of which there are fewer), and for the rest those that were logged out. */
const maxListed = 200;

/** The last active first. */
export async function listDevices(ctx: Context): Promise<UserDevice[]> {
  const rows = await findDevices(ctx.db, ctx.actor, maxListed);
  const devices = rows.map((row) => viewDevice(ctx, row));
  return devices.sort((a, b) => b.last_active_at.localeCompare(a.last_active_at));
}

/** The caller's devices, and among them the one that asks. */
export const syncDevices: Handler<"devices.sync"> = async (ctx, input) => {
  const { tenantId, userId, deviceId = "" } = ctx.actor;
  const row = await findDevice(ctx.db, { tenantId, userId, deviceId: input.device_id ?? deviceId });
  return { devices: await listDevices(ctx), current_device: row ? viewDevice(ctx, row) : null };
};
