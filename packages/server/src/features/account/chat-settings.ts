/** What brings an archived room back to the caller, and whether a mention notifies in a muted one. */
import type { Handler } from "../../context.ts";
import { changeSettings, readSettings } from "../presence/presence-access.ts";

export const findChatSettings: Handler<"chats.settings"> = async (ctx) => (await readSettings(ctx.db, ctx.actor)).chats;

export const setChatSettings: Handler<"chats.setSettings"> = async (ctx, input) => {
  const { chats, account_change } = await changeSettings(ctx, (before) => ({
    chats: {
      unarchive_on: input.unarchive_on ?? before.chats.unarchive_on,
      mentions_pierce_mute: input.mentions_pierce_mute ?? before.chats.mentions_pierce_mute,
    },
  }));
  return { ...chats, account_change };
};
