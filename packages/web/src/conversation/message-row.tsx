/** One message in its row: the bubble at its side, whose it is, and what one can do about it. */
import type { MessageItem } from "@pipit/client";
import { ChevronDown, CornerUpLeft, SmilePlus } from "lucide-react";
import { memo, type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useTimes } from "../messages/use-times.ts";
import { Avatar } from "../ui/avatar.tsx";
import { classNames } from "../ui/class-names.ts";
import { Bubble } from "./bubble.tsx";
import { useDeeds } from "./deeds.ts";
import { FailedNote } from "./failed-note.tsx";
import { openMenuAt } from "./open-menu-at.ts";
import { Reactions } from "./reactions.tsx";
import type { MessageRowItem } from "./rows.ts";

type MessageRowProps = { row: MessageRowItem; isPinned: boolean; isSelecting: boolean; isSelected: boolean };

export const MessageRow = memo(function MessageRow(props: MessageRowProps): ReactNode {
  const { row, isPinned, isSelecting, isSelected } = props;
  const { item, isOwn, isFirst } = row;
  const { isGroup, isReadOnly } = useDeeds();
  const label = useLabel(item);
  // Most rows are scrolled past: what only the mouse needs is drawn when it comes. It stays then, beside an open choice.
  const [isVisited, setVisited] = useState(false);
  const hasActions = !isSelecting && !isReadOnly && !item.is_deleted && item.change > 0;
  return (
    <div
      role="article"
      aria-label={label}
      data-key={row.key}
      tabIndex={-1}
      onPointerEnter={() => setVisited(true)}
      className={classNames(
        "group/row relative flex items-start gap-2 px-3 outline-offset-[-2px] md:px-[5%] [@media(hover:none)]:select-none",
        isFirst ? "pt-2" : "pt-0.5",
        isSelecting && "cursor-pointer",
        isSelected && "bg-accent/15",
      )}
    >
      {isSelecting && <SelectBox isSelected={isSelected} label={label} />}
      {isGroup && !isOwn && <SenderAvatar userId={isFirst ? item.sender_id : undefined} />}
      <div
        data-bubble
        className={classNames(
          "relative flex max-w-[88%] min-w-0 flex-col md:max-w-[min(75%,36rem)]",
          isOwn ? "ms-auto items-end" : "items-start",
          isSelecting && "pointer-events-none",
        )}
      >
        <Bubble item={item} isOwn={isOwn} isFirst={isFirst} isPinned={isPinned} />
        <Reactions item={item} />
        {item.error && <FailedNote item={item} error={item.error} />}
        {hasActions && isVisited && <HoverBar item={item} isOwn={isOwn} />}
      </div>
    </div>
  );
});

/** What a screen reader says when the row has the focus. */
function useLabel(item: MessageItem): string {
  const { t } = useTranslation("conversation");
  const { me, nameOf, summarise } = useDeeds();
  const { time } = useTimes();
  const name = item.sender_id === me ? t("you") : nameOf(item.sender_id);
  return t("messageLabel", { name, time: time(item.created_at), text: summarise(item) });
}

function SelectBox({ isSelected, label }: { isSelected: boolean; label: string }): ReactNode {
  return (
    <input
      type="checkbox"
      aria-label={label}
      checked={isSelected}
      // The row around it takes the click.
      readOnly
      tabIndex={-1}
      className="pointer-events-none mt-2.5 size-5 shrink-0 accent-accent"
    />
  );
}

/** Beside the first of what somebody says; the others keep its place free. */
function SenderAvatar({ userId }: { userId: string | undefined }): ReactNode {
  const { nameOf, avatarOf } = useDeeds();
  if (userId === undefined) return <span className="w-8 shrink-0" />;
  return <Avatar id={userId} name={nameOf(userId)} url={avatarOf(userId)} size={32} className="mt-0.5" />;
}

const action =
  "flex size-8 items-center justify-center rounded-full border border-line bg-raised text-muted shadow-flat hover:text-ink [&_svg]:size-4";

/** For the mouse: keyboards and fingers have the menu. */
function HoverBar({ item, isOwn }: { item: MessageItem; isOwn: boolean }): ReactNode {
  const { t } = useTranslation("conversation");
  const { reply, chooseReaction } = useDeeds();
  return (
    <div
      className={classNames(
        "pointer-events-none absolute top-0 z-[2] hidden gap-1 opacity-0 group-hover/row:pointer-events-auto group-hover/row:opacity-100 [@media(hover:hover)]:flex",
        isOwn ? "end-full me-2" : "start-full ms-2",
      )}
    >
      <button
        type="button"
        tabIndex={-1}
        title={t("actions.react")}
        aria-label={t("actions.react")}
        className={action}
        onClick={(event) => chooseReaction(item, event.currentTarget)}
      >
        <SmilePlus aria-hidden />
      </button>
      <button
        type="button"
        tabIndex={-1}
        title={t("actions.reply")}
        aria-label={t("actions.reply")}
        className={action}
        onClick={() => reply(item)}
      >
        <CornerUpLeft aria-hidden className="rtl:-scale-x-100" />
      </button>
      <button
        type="button"
        tabIndex={-1}
        title={t("actions.more")}
        aria-label={t("actions.more")}
        aria-haspopup="menu"
        className={action}
        onClick={(event) => openMenuAt(event.currentTarget)}
      >
        <ChevronDown aria-hidden />
      </button>
    </div>
  );
}
