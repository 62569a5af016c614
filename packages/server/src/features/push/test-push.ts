/** Sends a notification to a device of the caller's, by which they see whether it works. */

import type { PushResult } from "@pipit/protocol/models/device";
import { AppError } from "../../app-error.ts";
import type { Handler, Services } from "../../context.ts";
import type { DeviceKey } from "../../ports/audiences/audiences.ts";
import { findTotalUnread } from "../rooms/rooms-access.ts";
import { toNoted } from "./deliver.ts";
import { findTarget, saveResults } from "./push-store.ts";
import { toTestNotification } from "./to-notification.ts";

export const testPush: Handler<"devices.testPush"> = async (ctx, { device_id: deviceId }) => {
  const { tenantId, userId } = ctx.actor;
  const { testing } = ctx.push;
  const user = JSON.stringify([tenantId, userId]);
  if (testing.has(user))
    throw new AppError("conflict", { message: "A test of yours is on its way; wait for its end." });
  testing.add(user);
  try {
    return await sendTest(ctx, { tenantId, userId, deviceId });
  } finally {
    testing.delete(user);
  }
};

async function sendTest(ctx: Services, { tenantId, userId, deviceId }: DeviceKey): Promise<PushResult> {
  const device = await findTarget(ctx.db, { tenantId, userId, deviceId });
  if (!device) throw new AppError("not_found", { message: "There is no such device of yours." });
  const { target } = device;
  if (!target) throw new AppError("conflict", { message: "The device has given no push token." });
  const row = { tenant_id: tenantId, user_id: userId, device_id: deviceId, push_token: target.token };
  const badge = (await findTotalUnread(ctx.db, [row])).get(userId)?.get(tenantId) ?? 0;
  const outcome = await ctx.push.sender.send(target, toTestNotification(badge, ctx.push));
  const noted = toNoted(row, outcome);
  const at = ctx.clock.now();
  await saveResults(ctx.db, [noted], at);
  return { at: at.toISOString(), result: noted.result, detail: noted.detail };
}
