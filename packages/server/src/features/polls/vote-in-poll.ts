/** Chooses among a poll's options, in place of what the caller chose before. */
import { AppError } from "../../app-error.ts";
import type { Handler } from "../../context.ts";
import { changePoll } from "./change-poll.ts";
import type { StoredPoll } from "./polls-access.ts";
import { deleteVote, saveVote } from "./polls-store.ts";

export const voteInPoll: Handler<"polls.vote"> = (ctx, input) => {
  const options = [...input.option_ids].sort((a, b) => a - b);
  return changePoll(
    ctx,
    input.message_id,
    async (tx, { row, poll }) => {
      if (poll.closed_at !== undefined) throw new AppError("gone", { message: "The poll is closed." });
      requireOptions(poll, options);
      const voter = { room_id: row.room_id, sequence: row.sequence, user_id: ctx.actor.userId };
      const isChanged =
        options.length === 0
          ? await deleteVote(tx, voter)
          : await saveVote(tx, { ...voter, options, voted_at: ctx.clock.now() });
      return isChanged ? poll : undefined;
    },
    options,
  );
};

function requireOptions(poll: StoredPoll, options: readonly number[]): void {
  if (options.some((option) => option >= poll.options.length))
    throw invalid("names an option that the poll does not have");
  if (!poll.is_multiple && options.length > 1) throw invalid("may name one option only");
}

function invalid(message: string): AppError {
  return new AppError("invalid_request", { details: [{ path: "option_ids", message }] });
}
