/** Operations on polls. */
import { z } from "zod";
import { poll } from "../models/content.ts";
import { operation } from "../operation.ts";
import { counter, cursor, id, pageLimit, timestamp } from "../scalars.ts";

const error = "message:error";
const polled = z
  .object({
    message_id: z.string(),
    poll,
    change: counter,
    is_changed: z
      .boolean()
      .describe("False if it was so already; then `change` is the message's last one, of any kind."),
  })
  .meta({ id: "Polled" });
const optionIds = z
  .array(counter)
  .max(12)
  .refine((ids) => new Set(ids).size === ids.length, { message: "must differ from each other" });

export const pollOperations = {
  "polls.vote": operation({
    summary: "Choose among a poll's options in place of what one chose before; none takes the vote back.",
    access: "member",
    limit: "write",
    input: z.object({ message_id: id, option_ids: optionIds }),
    output: polled,
    rest: { method: "PUT", path: "/messages/:message_id/vote" },
    socket: { event: "poll:vote", reply: "poll:voted", error },
    errors: ["not_found", "conflict", "gone"],
  }),
  "polls.close": operation({
    summary: "Close a poll for good; a closed one stays as it is.",
    access: "author_or_admin",
    limit: "write",
    input: z.object({ message_id: id }),
    output: polled,
    rest: { method: "POST", path: "/messages/:message_id/close" },
    socket: { event: "poll:close", reply: "poll:closed", error },
    errors: ["not_found", "forbidden", "conflict", "gone"],
  }),
  "polls.votes": operation({
    summary: "Who chose what in a poll, by user id.",
    access: "member",
    limit: "read",
    input: z.object({ message_id: id, limit: pageLimit, cursor: cursor.optional() }),
    output: z.array(z.object({ user_id: z.string(), option_ids: z.array(counter), voted_at: timestamp })),
    paged: true,
    rest: { method: "GET", path: "/messages/:message_id/votes" },
    errors: ["not_found", "conflict", "gone"],
  }),
};
