/** Whether a person looks at the socket's client. */
import type { Handler } from "../../context.ts";
import { requireSocketId } from "./require-socket-id.ts";

export const setFocus: Handler<"presence.focus"> = async (ctx, input) => {
  const { tenantId, userId, deviceId } = ctx.actor;
  await ctx.presence.setFocus({ tenantId, userId, deviceId, socketId: requireSocketId(ctx) }, input.in_focus);
  return { in_focus: input.in_focus };
};
