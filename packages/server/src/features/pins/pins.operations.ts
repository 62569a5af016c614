/** Pins: the messages that a room shows first. */
import type { Handlers } from "../../context.ts";
import { pinMessage } from "./pin-message.ts";
import { unpinMessage } from "./unpin-message.ts";

export const pinHandlers = {
  "messages.pin": pinMessage,
  "messages.unpin": unpinMessage,
} satisfies Partial<Handlers>;
