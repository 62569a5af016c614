/** Operations on stars, which are private to the user. */
import { z } from "zod";
import { message } from "../models/message.ts";
import { operation } from "../operation.ts";
import { counter, cursor, id, pageLimit, pageNumber } from "../scalars.ts";

const error = "message:star:error";
const star = z
  .object({
    message_id: z.string(),
    is_starred: z.boolean(),
    account_change: counter.describe("Of the star's last move."),
  })
  .meta({ id: "Star" });

export const starOperations = {
  "messages.star": operation({
    summary: "Star a message, or take the star off: the other of what it was, unless is_starred says which.",
    access: "member",
    limit: "write",
    input: z.object({ message_id: id, is_starred: z.boolean().optional() }),
    output: star,
    rest: { method: "POST", path: "/messages/:message_id/star" },
    socket: { event: "message:star", reply: "message:starred", error },
    errors: ["not_found", "gone"],
  }),
  "messages.addStar": operation({
    summary: "Star a message; one that has a star keeps it.",
    access: "member",
    limit: "write",
    input: z.object({ message_id: id }),
    output: star,
    rest: { method: "PUT", path: "/messages/:message_id/star" },
    errors: ["not_found", "gone"],
  }),
  "messages.removeStar": operation({
    summary: "Take the star off a message, if it has one.",
    access: "member",
    limit: "write",
    input: z.object({ message_id: id }),
    output: star,
    rest: { method: "DELETE", path: "/messages/:message_id/star" },
    errors: ["not_found"],
  }),
  "messages.starred": operation({
    summary: "Messages with the caller's star, of all their rooms or of one, the newest star first.",
    access: "user",
    limit: "read",
    input: z.object({
      room_id: id.optional(),
      limit: pageLimit,
      cursor: cursor.optional(),
      page: pageNumber.optional(),
    }),
    output: z.array(message),
    paged: true,
    rest: { method: "GET", path: "/messages/starred" },
    socket: { event: "message:starred:list", reply: "message:starred:list:response", error, isWholePage: true },
    errors: ["not_found"],
  }),
};
