/** Where a conversation begins. */
import { useRoom } from "@pipit/react";
import { Timer } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useTimes } from "../messages/use-times.ts";
import { useRoomTitle } from "../rooms/room-title.ts";
import { Avatar } from "../ui/avatar.tsx";
import { useDeeds } from "./deeds.ts";

const dayS = 86_400;

export function IntroRow(): ReactNode {
  const { t } = useTranslation("conversation");
  const { roomId, me, nameOf } = useDeeds();
  const { room } = useRoom(roomId);
  const { title, avatarId, avatarUrl, peerId } = useRoomTitle(room);
  const { day } = useTimes();
  if (!room) return <div className="h-4" />;
  const seconds = room.settings.disappearing_seconds;
  const maker = room.created_by === me ? t("intro.madeByMe") : t("intro.madeBy", { name: nameOf(room.created_by) });
  const text =
    room.type !== "direct"
      ? maker
      : t(peerId === undefined || peerId === me ? "intro.notes" : "intro.direct", { name: title });
  return (
    <div className="flex flex-col items-center px-6 pt-10 pb-4 text-center">
      <div className="flex max-w-sm flex-col items-center rounded-3xl bg-raised px-6 py-5 shadow-flat">
        <Avatar id={avatarId} name={title} url={avatarUrl} size={72} />
        <p dir="auto" className="mt-3 text-lg font-semibold text-balance">
          {title}
        </p>
        <p className="mt-1 text-sm text-muted">{text}</p>
        {room.type !== "direct" && <p className="text-sm text-muted">{day(room.created_at)}</p>}
        {room.description && (
          <p dir="auto" className="mt-2 text-sm whitespace-pre-wrap [overflow-wrap:anywhere]">
            {room.description}
          </p>
        )}
        {seconds > 0 && (
          <p className="mt-3 flex items-center gap-2 rounded-xl bg-quote px-3 py-1.5 text-sm">
            <Timer aria-hidden className="size-4 shrink-0 text-accent" />
            {t("intro.disappearing", { count: Math.round(seconds / dayS) })}
          </p>
        )}
      </div>
    </div>
  );
}
