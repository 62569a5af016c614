/** Who felt what about a message, below it. */
import type { MessageItem } from "@pipit/client";
import type { Reaction } from "@pipit/protocol/models/message";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { classNames } from "../ui/class-names.ts";
import { useDeeds } from "./deeds.ts";

const mostShown = 6;

export function Reactions({ item }: { item: MessageItem }): ReactNode {
  const { t } = useTranslation("conversation");
  const { react, showReactions, isReadOnly } = useDeeds();
  const whoOf = useWho();
  if (item.reactions.length === 0) return null;
  const rest = item.reactions.slice(mostShown).reduce((sum, one) => sum + one.count, 0);
  return (
    <div className="relative z-[1] -mt-1 flex flex-wrap gap-1 px-1 pb-0.5">
      {item.reactions.slice(0, mostShown).map((one) => (
        <button
          key={one.emoji}
          type="button"
          aria-pressed={one.reacted_by_me}
          aria-label={t("reactions.one", { emoji: one.emoji, who: whoOf(one), count: one.count })}
          title={whoOf(one)}
          onClick={() => (isReadOnly ? showReactions(item) : react(item, one.emoji))}
          className={classNames(
            "inline-flex h-7 min-w-9 items-center justify-center gap-1 rounded-full border px-2 text-sm shadow-flat transition-colors",
            one.reacted_by_me
              ? "border-accent bg-accent-soft text-ink"
              : "border-line bg-raised text-muted hover:border-accent",
          )}
        >
          <span aria-hidden>{one.emoji}</span>
          {one.count > 1 && <span className="text-xs font-semibold tabular-nums">{one.count}</span>}
        </button>
      ))}
      {rest > 0 && (
        <button
          type="button"
          onClick={() => showReactions(item)}
          className="inline-flex h-7 items-center rounded-full border border-line bg-raised px-2 text-xs font-semibold text-muted shadow-flat"
        >
          {`+${rest}`}
        </button>
      )}
    </div>
  );
}

/** Names of those who reacted, oneself first. */
function useWho(): (reaction: Reaction) => string {
  const { t, i18n } = useTranslation("conversation");
  const { me, nameOf } = useDeeds();
  return ({ user_ids, count, reacted_by_me }) => {
    const others = user_ids.filter((userId) => userId !== me).map(nameOf);
    const names = reacted_by_me ? [t("you"), ...others] : others;
    const more = count - names.length;
    const all = more > 0 ? [...names, t("reactions.more", { count: more })] : names;
    return new Intl.ListFormat(i18n.language, { type: "conjunction" }).format(all);
  };
}
