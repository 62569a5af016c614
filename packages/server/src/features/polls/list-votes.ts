/** Who chose what in a poll, by user id: also those who have left the room since. */
import { userId } from "@pipit/protocol/scalars";
import { z } from "zod";
import type { Handler } from "../../context.ts";
import { fromCursor, toPage } from "../../db/pages.ts";
import { accessMessage } from "../messages/room-messages-access.ts";
import { findVotes } from "./polls-store.ts";
import { requirePoll } from "./require-poll.ts";

const voteCursor = z.object({ after: userId });

export const listVotes: Handler<"polls.votes"> = async (ctx, input) => {
  const { row } = await accessMessage(ctx, input.message_id);
  requirePoll(row);
  const after = fromCursor(input.cursor, voteCursor)?.after;
  const votes = await findVotes(ctx.db, row, after, input.limit + 1);
  const page = toPage(votes, input.limit, (last) => ({ after: last.user_id }));
  const items = page.items.map(({ user_id, options, voted_at }) => ({
    user_id,
    option_ids: options,
    voted_at: voted_at.toISOString(),
  }));
  return { ...page, items };
};
