/** What users have for themselves: stars on messages, preferences of rooms, and how they keep their chats. */
import type { Handlers } from "../../context.ts";
import { findChatSettings, setChatSettings } from "./chat-settings.ts";
import { clearRoom } from "./clear-room.ts";
import { listFolders, setFolders } from "./folders.ts";
import { listStarred } from "./list-starred.ts";
import { setPreferences } from "./set-preferences.ts";
import { addStar, removeStar, starMessage } from "./star-message.ts";

export const accountHandlers = {
  "messages.star": starMessage,
  "messages.addStar": addStar,
  "messages.removeStar": removeStar,
  "messages.starred": listStarred,
  "rooms.setPreferences": setPreferences,
  "rooms.clear": clearRoom,
  "chats.settings": findChatSettings,
  "chats.setSettings": setChatSettings,
  "folders.list": listFolders,
  "folders.set": setFolders,
} satisfies Partial<Handlers>;
