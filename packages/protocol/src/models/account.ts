/** A user's private state: each row carries the account change that last touched it. */
import { z } from "zod";
import { counter, timestamp } from "../scalars.ts";
import { presence, privacy } from "./presence.ts";

export const hiddenMessage = z
  .object({ room_id: z.string(), message_id: z.string(), account_change: counter })
  .meta({ id: "HiddenMessage", description: "A message that the caller deleted for themself." });

export const starredMessage = z
  .object({ room_id: z.string(), message_id: z.string(), is_starred: z.boolean(), account_change: counter })
  .meta({ id: "StarredMessage", description: "A message that the caller starred, or took the star off." });

export const draft = z
  .object({ content: z.string(), reply_to: z.string().nullable(), updated_at: timestamp })
  .meta({ id: "Draft" });

export const roomPreferences = z
  .object({
    room_id: z.string(),
    is_pinned: z.boolean(),
    is_archived: z.boolean(),
    muted_until: timestamp.nullable().describe("In the far future when muted for good."),
    draft: draft.nullable(),
    account_change: counter,
  })
  .meta({ id: "RoomPreferences" });

export const accountSettings = z
  .object({ status_message: presence.shape.status_message, privacy, account_change: counter })
  .meta({ id: "AccountSettings" });

export type HiddenMessage = z.infer<typeof hiddenMessage>;
export type StarredMessage = z.infer<typeof starredMessage>;
export type Draft = z.infer<typeof draft>;
export type RoomPreferences = z.infer<typeof roomPreferences>;
export type AccountSettings = z.infer<typeof accountSettings>;
