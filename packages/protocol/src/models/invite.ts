/** The ways into a room, as clients see them. */
import { z } from "zod";
import { counter, timestamp } from "../scalars.ts";

export const invite = z
  .object({
    room_id: z.string(),
    code: z.string(),
    url: z.string().describe("The link to pass on; as a QR code, this is what it holds."),
    created_by: z.string(),
    created_at: timestamp,
    expires_at: timestamp.nullable(),
    max_uses: counter.nullable(),
    uses: counter,
    needs_approval: z.boolean(),
  })
  .meta({ id: "Invite" });

export const invitation = z
  .object({
    room_id: z.string(),
    room_name: z.string().nullable(),
    avatar_url: z.string().nullable(),
    user_id: z.string(),
    invited_by: z.string(),
    invited_at: timestamp,
  })
  .meta({ id: "Invitation" });

export const joinRequest = z
  .object({ room_id: z.string(), user_id: z.string(), name: z.string(), requested_at: timestamp })
  .meta({ id: "JoinRequest" });

export type Invite = z.infer<typeof invite>;
export type Invitation = z.infer<typeof invitation>;
export type JoinRequest = z.infer<typeof joinRequest>;
