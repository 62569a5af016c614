/** Sends a message of the caller's own. */
import type { Handler } from "../../context.ts";
import { appendDraft } from "./append-draft.ts";
import { carriesMedium, findGivenMedium } from "./given-medium.ts";
import { toDraft } from "./to-draft.ts";

export const sendMessage: Handler<"messages.send"> = async (ctx, input) => {
  // Most messages carry none, and wait for nothing before the append.
  const medium = carriesMedium(input) ? await findGivenMedium(ctx, input) : undefined;
  return appendDraft(ctx, await toDraft(ctx, input, medium));
};
