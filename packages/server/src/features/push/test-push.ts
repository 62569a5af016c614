/** Sends a notification to a device of the caller's, by which they see whether it works. */
import { AppError } from "../../app-error.ts";
import type { Handler } from "../../context.ts";
import { findTotalUnread } from "../rooms/rooms-access.ts";
import { toNoted } from "./deliver.ts";
import { findTarget, saveResults } from "./push-store.ts";
import { toTestNotification } from "./to-notification.ts";

export const testPush: Handler<"devices.testPush"> = async (ctx, { device_id: deviceId }) => {
  const { tenantId, userId } = ctx.actor;
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
};
