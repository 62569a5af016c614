/** Polls: questions that members choose answers to. */
import type { Handlers } from "../../context.ts";
import { closePoll } from "./close-poll.ts";
import { listVotes } from "./list-votes.ts";
import { voteInPoll } from "./vote-in-poll.ts";

export const pollHandlers = {
  "polls.vote": voteInPoll,
  "polls.close": closePoll,
  "polls.votes": listVotes,
} satisfies Partial<Handlers>;
