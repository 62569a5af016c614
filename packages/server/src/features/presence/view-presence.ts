/** Whether another is there, as far as the caller may know. */
import { AppError } from "../../app-error.ts";
import type { Handler } from "../../context.ts";
import { viewPresence } from "./presence-access.ts";

export const findLastSeen: Handler<"presence.lastSeen"> = async (ctx, input) => {
  const presence = await viewPresence(ctx, input.user_id);
  if (!presence) throw new AppError("not_found", { message: "There is no such user." });
  return presence;
};
