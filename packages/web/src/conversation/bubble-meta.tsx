/** The small signs at a message's end: pinned, starred, that it disappears, edited, the time, and how far it has come. */
import type { MessageItem } from "@pipit/client";
import { Pin, Star, Timer } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Ticks } from "../messages/ticks.tsx";
import { useTimes } from "../messages/use-times.ts";
import { classNames } from "../ui/class-names.ts";

type BubbleMetaProps = { item: MessageItem; isPinned: boolean; className?: string };

export function BubbleMeta({ item, isPinned, className }: BubbleMetaProps): ReactNode {
  const { t } = useTranslation("conversation");
  const { time, moment } = useTimes();
  return (
    <span
      className={classNames(
        "inline-flex items-center gap-1 align-bottom text-[0.6875rem] leading-4 whitespace-nowrap select-none",
        className,
      )}
    >
      {isPinned && <Sign icon={Pin} label={t("pinned")} />}
      {item.is_starred && <Sign icon={Star} label={t("starred")} isFilled />}
      {item.expires_at !== null && <Sign icon={Timer} label={t("disappears", { at: moment(item.expires_at) })} />}
      {item.is_edited && !item.is_deleted && <span>{t("edited")}</span>}
      <time dateTime={item.created_at} title={moment(item.created_at)} dir="auto">
        {time(item.created_at)}
      </time>
      {item.delivery && <Ticks status={item.delivery} />}
    </span>
  );
}

type SignProps = { icon: typeof Pin; label: string; isFilled?: boolean };

function Sign({ icon: Icon, label, isFilled }: SignProps): ReactNode {
  return (
    <span title={label}>
      <Icon aria-hidden className={classNames("size-3", isFilled && "fill-current")} />
      <span className="sr-only">{label}</span>
    </span>
  );
}
