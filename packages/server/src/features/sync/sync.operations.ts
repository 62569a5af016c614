/** Sync: what brings a device up to date. */
import type { Handlers } from "../../context.ts";
import { syncChats } from "./sync-chats.ts";
import { syncMessages } from "./sync-messages.ts";

export const syncHandlers = {
  "sync.chats": syncChats,
  "sync.messages": syncMessages,
} satisfies Partial<Handlers>;
