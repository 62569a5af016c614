/** What one message looks like. */
import type { MessageItem } from "@pipit/client";
import { Ban, CircleAlert, Forward } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { MessageMedia } from "../media/message-media.tsx";
import { MessageText } from "../messages/message-text.tsx";
import { countLoneEmoji } from "../messages/parse-text.ts";
import { nameColourOf } from "../ui/avatar.tsx";
import { classNames } from "../ui/class-names.ts";
import { BubbleMeta } from "./bubble-meta.tsx";
import { ContactContent, LocationContent } from "./card-content.tsx";
import { useDeeds } from "./deeds.ts";
import { PollContent } from "./poll-content.tsx";
import { Quote } from "./quote.tsx";

type BubbleProps = { item: MessageItem; isOwn: boolean; isFirst: boolean; isPinned: boolean };

export function Bubble({ item, isOwn, isFirst, isPinned }: BubbleProps): ReactNode {
  const { isGroup } = useDeeds();
  const isBare = !item.is_deleted && item.message_type === "text" && !item.reply_to && countLoneEmoji(item.content) > 0;
  return (
    <div
      className={classNames(
        "relative min-w-24 max-w-full rounded-2xl px-3 py-1.5 shadow-flat",
        isOwn ? "bg-own" : "bg-other",
        isFirst && (isOwn ? "rounded-se-md" : "rounded-ss-md"),
      )}
    >
      {isGroup && !isOwn && isFirst && <SenderName userId={item.sender_id} />}
      {!item.is_deleted && <ForwardLabel item={item} />}
      {!item.is_deleted && item.reply_to && (
        <Quote replyTo={item.reply_to} preview={item.reply_preview} isPending={item.change === 0} />
      )}
      <Content item={item} isOwn={isOwn} meta={<BubbleMeta item={item} isPinned={isPinned} />} isBare={isBare} />
    </div>
  );
}

function SenderName({ userId }: { userId: string }): ReactNode {
  const { nameOf } = useDeeds();
  return (
    <span
      dir="auto"
      className="block max-w-full truncate text-start text-sm font-semibold"
      data-of-id
      style={{ color: nameColourOf(userId) }}
    >
      {nameOf(userId)}
    </span>
  );
}

/** After so many steps nobody knows any more where it comes from. */
const manyForwards = 5;

function ForwardLabel({ item }: { item: MessageItem }): ReactNode {
  const { t } = useTranslation("conversation");
  const info = item.meta_data.forward_info;
  if (!info && !item.forwarded_from) return null;
  const isMany = (info?.forward_chain_length ?? 1) >= manyForwards;
  return (
    <p className="flex items-center gap-1 text-xs text-muted italic">
      <Forward aria-hidden className="size-3.5 rtl:-scale-x-100" />
      {t(isMany ? "forwardedMany" : "forwarded")}
    </p>
  );
}

type ContentProps = { item: MessageItem; isOwn: boolean; meta: ReactNode; isBare: boolean };

function Content({ item, isOwn, meta, isBare }: ContentProps): ReactNode {
  const { t } = useTranslation("conversation");
  const { contact, location, poll } = item.meta_data;
  if (item.is_deleted) return <Remark icon={Ban} text={t(isOwn ? "deletedByMe" : "deleted")} meta={meta} />;
  if (item.message_type === "text") return <Words item={item} meta={meta} isBare={isBare} />;
  if (poll) return <WithMeta meta={meta} content={<PollContent item={item} poll={poll} />} />;
  if (contact) return <WithMeta meta={meta} content={<ContactContent contact={contact} />} />;
  if (location) return <WithMeta meta={meta} content={<LocationContent location={location} />} />;
  if (["image", "video", "audio", "file"].includes(item.message_type))
    return <Media item={item} isOwn={isOwn} meta={meta} />;
  return <Remark icon={CircleAlert} text={item.content || t("unsupported")} meta={meta} />;
}

function Media({ item, isOwn, meta }: { item: MessageItem; isOwn: boolean; meta: ReactNode }): ReactNode {
  const { view } = useDeeds();
  const isPicture = (item.message_type === "image" || item.message_type === "video") && !item.view_once;
  const hasWords = item.content.trim() !== "";
  // Over the picture itself, if there is nothing else to stand beside.
  const isOver = isPicture && !hasWords && item.media?.width != null;
  return (
    <>
      <div
        className={classNames("relative", isPicture && "-mx-2 mt-1 -mb-0.5 overflow-hidden rounded-xl first:-mt-0.5")}
      >
        <MessageMedia message={item} isOwn={isOwn} onOpen={() => view(item)} />
        {isOver && (
          <span className="pointer-events-none absolute end-1.5 bottom-1.5 rounded-full bg-black/55 px-2 py-0.5 text-white">
            {meta}
          </span>
        )}
      </div>
      {hasWords && (
        <div className={classNames("pt-1.5", isPicture && "w-0 min-w-full")}>
          <Words item={item} meta={meta} isBare={false} />
        </div>
      )}
      {!hasWords && !isOver && (
        <div
          className={classNames(
            "flex justify-end pt-0.5 text-muted",
            // A player leaves room for it in its last line.
            item.message_type === "audio" && item.media && "pointer-events-none -mt-5.5",
          )}
        >
          {meta}
        </div>
      )}
    </>
  );
}

/** The signs stand in the last line if there is room, whichever way the text runs. */
function Words({ item, meta, isBare }: { item: MessageItem; meta: ReactNode; isBare: boolean }): ReactNode {
  const { nameOf } = useDeeds();
  const { mentions, mentions_all } = item.meta_data;
  return (
    <MessageText text={item.content} mentions={mentions} isAllMentioned={mentions_all} nameOf={nameOf}>
      <span className={classNames("float-end ms-3 text-muted", isBare ? "mt-8" : "mt-1.5 -mb-0.5")}>{meta}</span>
    </MessageText>
  );
}

function WithMeta({ content, meta }: { content: ReactNode; meta: ReactNode }): ReactNode {
  return (
    <>
      {content}
      <div className="flex justify-end pt-0.5 text-muted">{meta}</div>
    </>
  );
}

type RemarkProps = { icon: typeof Ban; text: string; meta: ReactNode };

/** Something about the message in place of what it said. */
function Remark({ icon: Icon, text, meta }: RemarkProps): ReactNode {
  return (
    <p className="flow-root text-muted">
      <Icon aria-hidden className="me-1.5 inline size-4 align-[-0.15em]" />
      <em>{text}</em>
      <span className="float-end ms-3 mt-1.5 -mb-0.5">{meta}</span>
    </p>
  );
}
