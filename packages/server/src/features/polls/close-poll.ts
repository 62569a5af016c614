/** Closes a poll for good. */
import type { Handler } from "../../context.ts";
import { canGovern, requireAllowed } from "../rooms/rooms-policy-access.ts";
import { changePoll } from "./change-poll.ts";
import { saveClosed } from "./polls-store.ts";

export const closePoll: Handler<"polls.close"> = (ctx, input) =>
  changePoll(ctx, input.message_id, async (tx, { room, row, poll }) => {
    const isAllowed = row.sender_id === ctx.actor.userId || canGovern(room);
    requireAllowed(isAllowed, "Only its sender or an admin may close a poll.");
    if (poll.closed_at !== undefined) return undefined;
    const closedAt = ctx.clock.now().toISOString();
    await saveClosed(tx, row, closedAt);
    return { ...poll, closed_at: closedAt };
  });
