/** A conversation's rows: only those near what is in view are drawn. */
import { ArrowDown, AtSign } from "lucide-react";
import { type MouseEvent, type ReactNode, useLayoutEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Virtualizer } from "virtua";
import { Button } from "../ui/button.tsx";
import { classNames } from "../ui/class-names.ts";
import { Spinner } from "../ui/spinner.tsx";
import { IntroRow } from "./intro-row.tsx";
import { MessageRow } from "./message-row.tsx";
import { MessageSkeletons } from "./message-skeletons.tsx";
import { DayRow, SystemRow, TypingRow, UnreadRow } from "./plain-rows.tsx";
import type { Row } from "./rows.ts";
import { StickyDay } from "./sticky-day.tsx";
import type { History } from "./use-history.ts";
import type { ListScroll } from "./use-list-scroll.ts";
import { useRowKeys } from "./use-row-keys.ts";
import { useSwipeReply } from "./use-swipe-reply.ts";

type MessageListProps = {
  rows: readonly Row[];
  history: History;
  scroll: ListScroll;
  pinned: ReadonlySet<string>;
  /** Keys of those that are chosen, while some are being chosen. */
  selection: ReadonlySet<string> | undefined;
  unreadCount: number;
  mentionCount: number;
  onToggle(key: string): void;
  onReply(key: string): void;
  onToMention(): void;
  onLeave(): void;
};

export function MessageList(props: MessageListProps): ReactNode {
  const { rows, history, scroll, selection, onToggle, onReply, onLeave } = props;
  const { t } = useTranslation("conversation");
  const { list, scroller } = scroll;
  const isSelecting = selection !== undefined;
  const shift = useIsPrepended(history);
  const onKeyDown = useRowKeys({ rows, list, scroller, onToggle: isSelecting ? onToggle : undefined, onLeave });
  const swipe = useSwipeReply(onReply);
  const onClick = (event: MouseEvent): void => {
    const key = keyOf(event);
    if (isSelecting && key !== undefined) onToggle(key);
  };
  const onDoubleClick = (event: MouseEvent): void => {
    const key = keyOf(event);
    const isOnControl = (event.target as Element).closest("a, button, input, video, audio") !== null;
    if (isSelecting || key === undefined || isOnControl) return;
    getSelection()?.removeAllRanges();
    onReply(key);
  };
  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={scroller}
        role="group"
        aria-label={t("messages")}
        aria-busy={history.isLoading || history.isLoadingOlder}
        // What scrolls has to be reached by the keyboard.
        // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
        tabIndex={0}
        onKeyDown={onKeyDown}
        onClick={onClick}
        onDoubleClick={onDoubleClick}
        {...(isSelecting ? {} : swipe)}
        className={classNames(
          "flex h-full flex-col overflow-x-hidden overflow-y-auto overscroll-contain [overflow-anchor:none] focus-visible:outline-offset-[-2px]",
          !scroll.isPlaced && "invisible",
        )}
      >
        <div className="grow" />
        <Virtualizer
          key={history.epoch}
          ref={list}
          scrollRef={scroller}
          data={rows}
          shift={shift}
          bufferSize={700}
          onScroll={scroll.onScroll}
          onResize={scroll.onResize}
        >
          {(row) => (
            <RowView
              key={row.key}
              row={row}
              isPinned={"item" in row && props.pinned.has(row.item.id)}
              isSelecting={isSelecting}
              isSelected={selection?.has(row.key) ?? false}
            />
          )}
        </Virtualizer>
      </div>
      {(history.isLoading || !scroll.isPlaced) && !history.error && (
        // What comes at once is not worth a flicker.
        <div className="absolute inset-0 animate-fade [animation-delay:250ms] [animation-fill-mode:backwards]">
          <MessageSkeletons />
        </div>
      )}
      <StickyDay at={scroll.isPlaced ? scroll.topAt : undefined} scroller={scroller} />
      <OlderNote history={history} />
      <Jumps {...props} />
    </div>
  );
}

type RowViewProps = { row: Row; isPinned: boolean; isSelecting: boolean; isSelected: boolean };

function RowView({ row, ...message }: RowViewProps): ReactNode {
  if (row.kind === "message") return <MessageRow row={row} {...message} />;
  if (row.kind === "system") return <SystemRow item={row.item} />;
  if (row.kind === "day") return <DayRow at={row.at} />;
  if (row.kind === "unread") return <UnreadRow count={row.count} />;
  if (row.kind === "intro") return <IntroRow />;
  return (
    <>
      {row.isTyping && <TypingRow />}
      <div className="h-2" />
    </>
  );
}

/** Whether what has come, or gone, stands before all else that is there: then the view is kept from its end. */
function useIsPrepended({ items, epoch }: History): boolean {
  const before = useRef({ items, epoch });
  const known = before.current;
  useLayoutEffect(() => {
    before.current = { items, epoch };
  });
  const isSame = known.epoch === epoch && known.items.length > 0 && items.length !== known.items.length;
  return isSame && known.items[0]?.key !== items[0]?.key && known.items.at(-1)?.key === items.at(-1)?.key;
}

function keyOf({ target }: MouseEvent): string | undefined {
  const row = target instanceof Element ? target.closest<HTMLElement>("[role=article][data-key]") : null;
  return row?.dataset.key;
}

/** That older messages are on their way, or could not be had. */
function OlderNote({ history }: { history: History }): ReactNode {
  const { t } = useTranslation("conversation");
  if (!history.isLoadingOlder && !history.error) return null;
  return (
    <div className="pointer-events-none absolute inset-x-0 top-12 flex justify-center">
      {history.error ? (
        <Button look="secondary" className="pointer-events-auto shadow-flat" onClick={history.loadOlder}>
          {t("olderFailed")}
        </Button>
      ) : (
        <span
          role="status"
          aria-label={t("olderLoading")}
          className="flex rounded-full bg-raised p-2 text-accent shadow-flat"
        >
          <Spinner className="size-5" />
        </span>
      )}
    </div>
  );
}

const round =
  "relative flex size-11 items-center justify-center rounded-full border border-line bg-raised text-muted shadow-raised hover:text-ink [&_svg]:size-5";

/** To the next mention, and to the newest message. */
function Jumps({ scroll, unreadCount, mentionCount, onToMention }: MessageListProps): ReactNode {
  const { t } = useTranslation("conversation");
  if (!scroll.isAway) return null;
  return (
    <div className="absolute end-4 bottom-4 flex animate-fade flex-col gap-3">
      {mentionCount > 0 && (
        <button
          type="button"
          className={round}
          aria-label={t("toMention", { count: mentionCount })}
          onClick={onToMention}
        >
          <AtSign aria-hidden />
          <Count value={mentionCount} />
        </button>
      )}
      <button
        type="button"
        className={round}
        aria-label={t("toBottom", { count: unreadCount })}
        onClick={scroll.toBottom}
      >
        <ArrowDown aria-hidden />
        {unreadCount > 0 && <Count value={unreadCount} />}
      </button>
    </div>
  );
}

function Count({ value }: { value: number }): ReactNode {
  const { i18n } = useTranslation();
  return (
    <span
      aria-hidden
      className="absolute -top-2 flex h-5 min-w-5 items-center justify-center rounded-full bg-accent px-1.5 text-xs font-semibold text-on-accent"
    >
      {new Intl.NumberFormat(i18n.language, { notation: "compact" }).format(value)}
    </span>
  );
}
