/** Sets what the caller says of themself. */
import type { Handler } from "../../context.ts";
import { changeSettings } from "./change-settings.ts";

export const setStatusMessage: Handler<"presence.setStatusMessage"> = async (ctx, input) => {
  const text = input.status_message?.trim() ?? "";
  const { status_message, account_change } = await changeSettings(ctx, () => ({
    status_message: text === "" ? null : text,
  }));
  return { status_message, account_change };
};
