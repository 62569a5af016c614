/** Whether a user is there, as the one who asks may know it. */
import { z } from "zod";
import { timestamp } from "../scalars.ts";

/** Who may know something of a user: everyone of the tenant, those who share a room with them, or nobody. */
export const visibilities = ["everyone", "shared_rooms", "nobody"] as const;

export const presence = z
  .object({
    user_id: z.string(),
    is_online: z.boolean().describe("False also where the caller may not know."),
    last_seen: timestamp
      .nullable()
      .describe(
        "When the last device went; null while online, before the first visit, and where the caller may not know.",
      ),
    status_message: z.string().nullable(),
  })
  .meta({ id: "Presence" });

export const privacy = z
  .object({
    last_seen: z.enum(visibilities),
    online: z.enum(visibilities),
    status_message: z.enum(visibilities),
    groups: z.enum(visibilities).describe("Who may add the user to groups; others may invite them."),
    messages: z.enum(visibilities).describe("Whose first message is a chat; that of others is a request."),
    read_receipts: z
      .boolean()
      .describe(
        "Whether others learn in direct rooms what the user has read; without, the user does not learn it either.",
      ),
  })
  .meta({ id: "Privacy" });

export const typingKinds = ["text", "voice"] as const;

export type Presence = z.infer<typeof presence>;
export type Privacy = z.infer<typeof privacy>;
export type Visibility = (typeof visibilities)[number];
export type TypingKind = (typeof typingKinds)[number];
