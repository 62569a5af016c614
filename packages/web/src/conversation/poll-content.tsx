/** A question with answers to choose from, and how many chose which. */
import type { MessageItem } from "@pipit/client";
import type { Poll } from "@pipit/protocol/models/content";
import { Check } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { classNames } from "../ui/class-names.ts";
import { useDeeds } from "./deeds.ts";
import { PollVotesDialog } from "./poll-votes-dialog.tsx";

type Option = Poll["options"][number];

/** What was chosen here shows at once, until the poll says how it stands. */
export function PollContent({ item, poll }: { item: MessageItem; poll: Poll }): ReactNode {
  const { t } = useTranslation("conversation");
  const { me, vote, closePoll, isReadOnly } = useDeeds();
  const [chosen, setChosen] = useState<readonly number[]>();
  const isOpen = poll.closed_at === null && !isReadOnly && !item.is_pending;
  const known = poll.options.filter((option) => option.voted_by_me).map((option) => option.id);
  const mine = chosen ?? known;
  const choose = async (id: number): Promise<void> => {
    const others = poll.is_multiple ? mine.filter((one) => one !== id) : [];
    const next = mine.includes(id) ? others : [...others, id];
    setChosen(next);
    await vote(item, next);
    setChosen(undefined);
  };
  return (
    <div className="w-72 max-w-full">
      <p dir="auto" className="font-semibold [overflow-wrap:anywhere]">
        {poll.question}
      </p>
      <p className="mb-2 text-xs text-muted">
        {t(poll.closed_at ? "poll.closed" : poll.is_multiple ? "poll.several" : "poll.single")}
      </p>
      <fieldset aria-label={poll.question} className="space-y-2.5">
        {poll.options.map((option) => (
          <PollOption
            key={option.id}
            option={option}
            isMultiple={poll.is_multiple}
            isMine={mine.includes(option.id)}
            votes={option.vote_count + Number(mine.includes(option.id)) - Number(option.voted_by_me)}
            voters={Math.max(1, poll.voter_count + Number(mine.length > 0) - Number(known.length > 0))}
            isDisabled={!isOpen}
            onChoose={() => void choose(option.id)}
          />
        ))}
      </fieldset>
      <p className="mt-2 flex items-center justify-between text-xs text-muted">
        <VoterCount poll={poll} />
        {isOpen && item.sender_id === me && (
          <button
            type="button"
            className="font-semibold text-accent hover:underline"
            onClick={() => void closePoll(item)}
          >
            {t("poll.close")}
          </button>
        )}
      </p>
    </div>
  );
}

/** Leads to who chose what. */
function VoterCount({ poll }: { poll: Poll }): ReactNode {
  const { t } = useTranslation("conversation");
  const [isOpen, setOpen] = useState(false);
  const text = t("poll.voters", { count: poll.voter_count });
  if (poll.voter_count === 0) return <span>{text}</span>;
  return (
    <>
      <button type="button" aria-haspopup="dialog" className="hover:underline" onClick={() => setOpen(true)}>
        {text}
      </button>
      {isOpen && <PollVotesDialog poll={poll} onClose={() => setOpen(false)} />}
    </>
  );
}

type PollOptionProps = {
  option: Option;
  isMultiple: boolean;
  isMine: boolean;
  votes: number;
  voters: number;
  isDisabled: boolean;
  onChoose(): void;
};

function PollOption({ option, isMultiple, isMine, votes, voters, isDisabled, onChoose }: PollOptionProps): ReactNode {
  const { t } = useTranslation("conversation");
  const { me, nameOf } = useDeeds();
  const who = option.user_ids.map((userId) => (userId === me ? t("you") : nameOf(userId))).join(", ");
  return (
    <button
      type="button"
      aria-pressed={isMine}
      title={who || undefined}
      disabled={isDisabled}
      onClick={onChoose}
      className="flex w-full items-start gap-2.5 rounded-lg text-start disabled:cursor-default"
    >
      <span
        aria-hidden
        className={classNames(
          "mt-0.5 flex size-5 shrink-0 items-center justify-center border-2",
          isMultiple ? "rounded-md" : "rounded-full",
          isMine ? "border-accent bg-accent text-on-accent" : "border-muted",
        )}
      >
        {isMine && <Check className="size-3.5" strokeWidth={3.5} />}
      </span>
      <span className="min-w-0 flex-1">
        <span className="flex justify-between gap-3">
          <span dir="auto" className="[overflow-wrap:anywhere]">
            {option.text}
          </span>{" "}
          <span className="text-sm tabular-nums text-muted">
            <span aria-hidden>{votes}</span>
            <span className="sr-only">{t("poll.voters", { count: votes })}</span>
          </span>
        </span>
        <span className="mt-1 block h-1.5 overflow-hidden rounded-full bg-quote">
          <span
            style={{ width: `${Math.min(100, (100 * votes) / voters)}%` }}
            className="block h-full rounded-full bg-accent transition-[width] duration-300"
          />
        </span>
      </span>
    </button>
  );
}
