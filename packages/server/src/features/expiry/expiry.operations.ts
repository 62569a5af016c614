/** Messages that end. */
import type { Handlers } from "../../context.ts";
import { openOnce } from "./open-once.ts";

export const expiryHandlers = {
  "messages.open": openOnce,
} satisfies Partial<Handlers>;
