/** Operations on how a user keeps their chats: cleared, in folders, and what brings one back. */
import { z } from "zod";
import { accountSettings, chatSettings, newFolder, roomPreferences } from "../models/account.ts";
import { operation } from "../operation.ts";
import { counter, id } from "../scalars.ts";

const savedChats = chatSettings.extend({ account_change: counter }).meta({ id: "SavedChatSettings" });
const folders = z.array(newFolder).max(20);

export const chatOperations = {
  "rooms.clear": operation({
    summary:
      "Clear a chat for oneself: what has been said so far is gone from one's own devices. With delete_chat it is not listed until something new is said.",
    access: "member",
    limit: "write",
    input: z.object({ room_id: id, delete_chat: z.boolean().default(false) }),
    output: roomPreferences,
    rest: { method: "POST", path: "/rooms/:room_id/clear" },
    socket: { event: "chat:clear", reply: "chat:cleared", error: "room:error" },
    errors: ["not_found"],
  }),
  "chats.settings": operation({
    summary: "What brings an archived chat back, and whether a mention notifies in a muted one.",
    access: "user",
    limit: "read",
    input: z.object({}),
    output: chatSettings,
    rest: { method: "GET", path: "/users/me/chat-settings" },
    errors: [],
  }),
  "chats.setSettings": operation({
    summary: "Set what brings an archived chat back, and whether a mention notifies in a muted one.",
    access: "user",
    limit: "write",
    input: chatSettings.partial(),
    output: savedChats,
    rest: { method: "PATCH", path: "/users/me/chat-settings" },
    errors: [],
  }),
  "folders.list": operation({
    summary: "The caller's folders, in the order in which they are shown.",
    access: "user",
    limit: "read",
    input: z.object({}),
    output: accountSettings.shape.folders,
    rest: { method: "GET", path: "/folders" },
    errors: [],
  }),
  "folders.set": operation({
    summary: "Set all of the caller's folders, and their order.",
    access: "user",
    limit: "write",
    input: z.object({ folders }),
    output: z.object({ folders: accountSettings.shape.folders, account_change: counter }),
    rest: { method: "PUT", path: "/folders" },
    errors: [],
  }),
};
