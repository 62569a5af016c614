/** Operations on whom a user does not want to hear of. */
import { z } from "zod";
import { operation } from "../operation.ts";
import { counter, userId } from "../scalars.ts";

const blocked = z
  .object({ user_id: z.string(), is_blocked: z.boolean(), account_change: counter })
  .meta({ id: "Blocked" });

export const blockOperations = {
  "users.block": operation({
    summary:
      "Block a user, who is not told: what they say in the direct room does not come, and each seems away to the other.",
    access: "user",
    limit: "write",
    input: z.object({ user_id: userId }),
    output: blocked,
    rest: { method: "PUT", path: "/users/:user_id/block" },
    socket: { event: "user:block", reply: "user:blocked", error: "user:block:error" },
    errors: ["not_found", "conflict"],
  }),
  "users.unblock": operation({
    summary: "Block a user no more. What they said meanwhile does not come.",
    access: "user",
    limit: "write",
    input: z.object({ user_id: userId }),
    output: blocked,
    rest: { method: "DELETE", path: "/users/:user_id/block" },
    socket: { event: "user:unblock", reply: "user:unblocked", error: "user:block:error" },
    errors: ["not_found"],
  }),
  "users.blocked": operation({
    summary: "Whom the caller has blocked.",
    access: "user",
    limit: "read",
    input: z.object({}),
    output: z.array(z.string()),
    rest: { method: "GET", path: "/blocks" },
    errors: [],
  }),
};
