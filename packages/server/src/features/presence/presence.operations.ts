/** Presence: who is there, who is writing, and who may know. */
import type { Handlers } from "../../context.ts";
import { requireSocketId } from "./require-socket-id.ts";
import { setFocus } from "./set-focus.ts";
import { findPrivacy, setPrivacy } from "./set-privacy.ts";
import { setStatusMessage } from "./set-status-message.ts";
import { startTyping, stopTyping } from "./set-typing.ts";
import { subscribe } from "./subscribe.ts";
import { findLastSeen } from "./view-presence.ts";

export const presenceHandlers = {
  "presence.lastSeen": findLastSeen,
  "presence.setStatusMessage": setStatusMessage,
  "presence.subscribe": subscribe,
  "presence.unsubscribe": async (ctx, input) => {
    ctx.presenceParts.subscriptions.remove(requireSocketId(ctx), input.user_ids);
    return { user_ids: input.user_ids };
  },
  "presence.typing": startTyping,
  "presence.stopTyping": stopTyping,
  "presence.focus": setFocus,
  "users.privacy": findPrivacy,
  "users.setPrivacy": setPrivacy,
} satisfies Partial<Handlers>;
