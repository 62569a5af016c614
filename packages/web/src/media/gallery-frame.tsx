/** What is the same about all tabs of a gallery: months, the way further back, and nothing at all. */
import type { Message } from "@pipit/protocol/models/message";
import { type ComponentType, type ReactNode, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../ui/button.tsx";
import { EmptyState, Failure } from "../ui/notices.tsx";
import { Loading, Spinner } from "../ui/spinner.tsx";
import { useErrorText } from "../ui/use-attempt.ts";
import type { RoomMedia } from "./use-room-media.ts";

type GalleryFrameProps = {
  media: RoomMedia;
  icon: ComponentType<{ className?: string }>;
  emptyText: string;
  /** A month's. */
  children(messages: readonly Message[]): ReactNode;
};

export function GalleryFrame({ media, icon, emptyText, children }: GalleryFrameProps): ReactNode {
  const { i18n } = useTranslation("media");
  const { messages, isLoading, isComplete, error } = media;
  if (isLoading) return <Loading />;
  if (messages.length === 0 && isComplete) return <EmptyState icon={icon} title={emptyText} />;
  return (
    <div className="pb-6">
      {groupByMonth(messages, i18n.language).map(([month, ofMonth]) => (
        <section key={month} aria-label={month}>
          <h3 className="sticky top-0 z-10 bg-surface px-4 pt-4 pb-2 text-sm font-semibold text-muted">
            <time>{month}</time>
          </h3>
          {children(ofMonth)}
        </section>
      ))}
      {!isComplete && !error && <FurtherBack media={media} isEmpty={messages.length === 0} />}
      {error && <LoadFailure error={error} onRetry={() => void media.loadMore()} />}
    </div>
  );
}

/** Coming near it goes further back; where that found nothing for long, a press does. */
function FurtherBack({ media, isEmpty }: { media: RoomMedia; isEmpty: boolean }): ReactNode {
  const { t } = useTranslation("media");
  const mark = useRef<HTMLDivElement>(null);
  const { loadMore, isLoadingMore, isLong } = media;
  useEffect(() => {
    const element = mark.current;
    if (!element || isLoadingMore || isLong) return undefined;
    const observer = new IntersectionObserver(
      ([seen]) => {
        if (seen?.isIntersecting) void loadMore();
      },
      { rootMargin: "400px" },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [loadMore, isLoadingMore, isLong]);
  return (
    <div
      ref={mark}
      className={`flex flex-col items-center justify-center gap-3 p-4 ${isEmpty ? "min-h-48" : "min-h-20"}`}
    >
      {isEmpty && isLong && !isLoadingMore && <p className="text-sm text-muted">{t("nothingRecent")}</p>}
      {isLoadingMore ? (
        <span role="status" aria-label={t("searching")} className="text-muted">
          <Spinner className="size-6" />
        </span>
      ) : (
        <Button look="quiet" onClick={() => void loadMore()}>
          {t("loadMore")}
        </Button>
      )}
    </div>
  );
}

function LoadFailure({ error, onRetry }: { error: Error; onRetry(): void }): ReactNode {
  const say = useErrorText();
  return <Failure text={say(error)} onRetry={onRetry} />;
}

function groupByMonth(messages: readonly Message[], language: string): [month: string, messages: Message[]][] {
  const format = new Intl.DateTimeFormat(language, { month: "long", year: "numeric" });
  const groups = new Map<string, Message[]>();
  for (const message of messages) {
    const month = format.format(new Date(message.created_at));
    const group = groups.get(month) ?? [];
    group.push(message);
    groups.set(month, group);
  }
  return [...groups];
}
