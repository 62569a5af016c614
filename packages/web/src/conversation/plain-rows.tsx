/** Rows that are no messages of people: days, the line before what is new, what the system reports, who is writing. */
import type { MessageItem } from "@pipit/client";
import { useTyping } from "@pipit/react";
import { memo, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useTimes } from "../messages/use-times.ts";
import { Avatar } from "../ui/avatar.tsx";
import { useDeeds } from "./deeds.ts";

const pill = "max-w-full rounded-xl bg-raised px-3 py-1 text-center text-xs font-medium text-muted shadow-flat";

export const DayRow = memo(function DayRow({ at }: { at: string }): ReactNode {
  const { day } = useTimes();
  return (
    <div className="flex justify-center px-4 pt-3 pb-1">
      <span className={pill}>{day(at)}</span>
    </div>
  );
});

export const UnreadRow = memo(function UnreadRow({ count }: { count: number }): ReactNode {
  const { t } = useTranslation("conversation");
  return (
    <div className="mt-3 mb-1 flex justify-center bg-accent-soft/70 px-4 py-1.5">
      <span className="text-xs font-semibold text-accent">{t("unread", { count })}</span>
    </div>
  );
});

/** A pin's leads to the message that was pinned. */
export const SystemRow = memo(function SystemRow({ item }: { item: MessageItem }): ReactNode {
  const { jumpTo, summarise } = useDeeds();
  const pinned = item.meta_data.system?.message_id;
  return (
    <div data-key={item.key} className="flex justify-center px-4 py-1">
      {pinned ? (
        <button type="button" dir="auto" className={`${pill} hover:text-ink`} onClick={() => jumpTo(pinned)}>
          {summarise(item)}
        </button>
      ) : (
        <span dir="auto" className={pill}>
          {summarise(item)}
        </span>
      )}
    </div>
  );
});

const mostFaces = 3;

export function TypingRow(): ReactNode {
  const { t } = useTranslation("conversation");
  const { roomId, isGroup, nameOf, avatarOf } = useDeeds();
  const { typists } = useTyping(roomId);
  return (
    <div className="flex items-center gap-2 px-3 pt-2 md:px-[5%]">
      {isGroup && (
        <span className="flex -space-x-3 rtl:space-x-reverse">
          {typists.slice(0, mostFaces).map(({ user_id: userId }) => (
            <Avatar key={userId} id={userId} name={nameOf(userId)} url={avatarOf(userId)} size={32} />
          ))}
        </span>
      )}
      <span className="flex items-center gap-1 rounded-2xl rounded-ss-md bg-other px-4 py-3.5 shadow-flat">
        <span className="sr-only">{t("someoneTyping")}</span>
        {["", "[animation-delay:200ms]", "[animation-delay:400ms]"].map((delay) => (
          <span key={delay} aria-hidden className={`size-2 animate-pulse-soft rounded-full bg-muted ${delay}`} />
        ))}
      </span>
    </div>
  );
}
