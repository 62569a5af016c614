/** Content of a shape of its own: what a message of the type carries in `meta_data`, beside its text. */
import { z } from "zod";
import { counter, text, timestamp, userId } from "../scalars.ts";

export const contact = z
  .object({
    name: text(1, 100),
    organisation: text(1, 100).optional(),
    phones: z.array(text(1, 40)).max(10).optional(),
    emails: z.array(z.email().max(254)).max(10).optional(),
    user_id: userId.optional().describe("The user of this tenant who it is, if the sender says so."),
  })
  .meta({ id: "Contact" });

export const location = z
  .object({
    latitude: z.number().min(-90).max(90).describe("Degrees north."),
    longitude: z.number().min(-180).max(180).describe("Degrees east."),
    accuracy: z.number().min(0).max(100_000).optional().describe("Metres."),
    name: text(1, 100).optional(),
    address: text(1, 300).optional(),
  })
  .meta({ id: "Location" });

/** What a sender gives of a poll. */
export const newPoll = z
  .object({
    question: text(1, 300),
    options: z
      .array(text(1, 100))
      .min(2)
      .max(12)
      .refine((options) => new Set(options.map((option) => option.trim())).size === options.length, {
        message: "must differ from each other",
      }),
    is_multiple: z.boolean().default(false).describe("Whether one may choose several."),
  })
  .meta({ id: "NewPoll" });

const pollOption = z
  .object({
    id: counter.describe("Its place among the options, from 0."),
    text: z.string(),
    vote_count: counter,
    user_ids: z.array(z.string()).describe("The first 20 who chose it."),
    voted_by_me: z.boolean().describe("Always false in events, which are the same for all members."),
  })
  .meta({ id: "PollOption" });

export const poll = z
  .object({
    question: z.string(),
    options: z.array(pollOption),
    is_multiple: z.boolean(),
    voter_count: counter,
    closed_at: timestamp.nullable().describe("When it was closed; nobody votes after that."),
  })
  .meta({ id: "Poll" });

export type Contact = z.infer<typeof contact>;
export type Location = z.infer<typeof location>;
export type NewPoll = z.infer<typeof newPoll>;
export type Poll = z.infer<typeof poll>;
