/** Operations on the caller's own connection. */
import { z } from "zod";
import { operation } from "../operation.ts";
import { timestamp } from "../scalars.ts";

export const sessionOperations = {
  "session.renew": operation({
    summary: "Give the live socket a new token of the same user, before the old one ends: nothing needs to reconnect.",
    access: "user",
    limit: "read",
    input: z.object({ token: z.string().min(1).max(8192) }),
    output: z.object({ expires_at: timestamp }),
    socket: { event: "session:renew", reply: "session:renewed", error: "session:error" },
    errors: ["forbidden"],
  }),
};
