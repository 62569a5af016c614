/** What users have for themselves: stars on messages, and preferences of rooms. */
import type { Handlers } from "../../context.ts";
import { listStarred } from "./list-starred.ts";
import { setPreferences } from "./set-preferences.ts";
import { addStar, removeStar, starMessage } from "./star-message.ts";

export const accountHandlers = {
  "messages.star": starMessage,
  "messages.addStar": addStar,
  "messages.removeStar": removeStar,
  "messages.starred": listStarred,
  "rooms.setPreferences": setPreferences,
} satisfies Partial<Handlers>;
