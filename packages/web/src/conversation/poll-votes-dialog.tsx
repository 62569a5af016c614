/** Who chose what in a poll. */
import type { Poll } from "@pipit/protocol/models/content";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Avatar } from "../ui/avatar.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { useDeeds } from "./deeds.ts";

/** Of each answer, those who came first: the server names no more than 20. */
export function PollVotesDialog({ poll, onClose }: { poll: Poll; onClose(): void }): ReactNode {
  return (
    <Dialog title={poll.question} isOpen onClose={onClose} className="pb-4">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and nothing in it takes the focus */}
      <div role="group" tabIndex={0} aria-label={poll.question} className="space-y-4 rounded-lg">
        {poll.options.map((option) => (
          <Votes key={option.id} option={option} />
        ))}
      </div>
    </Dialog>
  );
}

function Votes({
  option: { text, vote_count: count, user_ids: userIds },
}: {
  option: Poll["options"][number];
}): ReactNode {
  const { t } = useTranslation("conversation");
  const { me, nameOf, avatarOf } = useDeeds();
  return (
    <section>
      <h3 className="mb-1 flex items-baseline justify-between gap-3 font-semibold">
        <bdi className="[overflow-wrap:anywhere]">{text}</bdi>
        <span className="shrink-0 text-sm font-normal text-muted">{t("poll.voters", { count })}</span>
      </h3>
      <ul>
        {userIds.map((userId) => (
          <li key={userId} className="flex items-center gap-3 py-1">
            <Avatar id={userId} name={nameOf(userId)} url={avatarOf(userId)} size={32} />
            <span className="min-w-0 flex-1 truncate">
              <bdi>{userId === me ? t("you") : nameOf(userId)}</bdi>
            </span>
          </li>
        ))}
      </ul>
      {count > userIds.length && (
        <p className="text-sm text-muted">{t("reactions.more", { count: count - userIds.length })}</p>
      )}
    </section>
  );
}
