/** A room in the list: who, what was said last and when, and what waits. */
import type { Message } from "@pipit/protocol/models/message";
import type { Room } from "@pipit/protocol/models/room";
import { usePresence, useTyping, useUser } from "@pipit/react";
import { AtSign, BellOff, EllipsisVertical, Pin } from "lucide-react";
import { memo, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { RoomQuestion } from "../conversation/use-room-menu.ts";
import { useMessageSummary } from "../messages/message-summary.ts";
import { Ticks } from "../messages/ticks.tsx";
import { useTimes } from "../messages/use-times.ts";
import { useIdentity } from "../session/session.tsx";
import { Avatar } from "../ui/avatar.tsx";
import { IconButton } from "../ui/button.tsx";
import { classNames } from "../ui/class-names.ts";
import { ContextMenu, Menu } from "../ui/menu.tsx";
import { isMuted, isUnread } from "./room-tabs.ts";
import { titleOf } from "./room-title.ts";
import { useRoomEntries } from "./use-room-entries.ts";

type RoomRowProps = {
  room: Room;
  isSelected: boolean;
  /** The one row that Tab leads to. */
  isReachable: boolean;
  onOpen(roomId: string): void;
  onAsk(room: Room, question: RoomQuestion): void;
};

export const roomRowHeight = 76;

export const RoomRow = memo(function RoomRow({
  room,
  isSelected,
  isReachable,
  onOpen,
  onAsk,
}: RoomRowProps): ReactNode {
  const { t } = useTranslation("rooms");
  const { title, avatarUrl, avatarId, peerId } = titleOf(room);
  const entries = useRoomEntries(room, onAsk);
  const presence = usePresence(peerId);
  return (
    <ContextMenu entries={entries}>
      <div
        role="listitem"
        className={classNames(
          "group relative mx-2 flex h-[4.75rem] items-center rounded-2xl",
          isSelected ? "bg-selected" : "hover:bg-hover",
        )}
      >
        <button
          type="button"
          data-room={room.id}
          tabIndex={isReachable ? 0 : -1}
          aria-current={isSelected ? "page" : undefined}
          onClick={() => onOpen(room.id)}
          className="flex h-full min-w-0 flex-1 items-center gap-3.5 rounded-2xl px-3 text-start"
        >
          <Avatar id={avatarId} name={title} url={avatarUrl} size={50} isOnline={presence?.is_online === true} />
          <span className="min-w-0 flex-1">
            <span className="flex items-baseline gap-2">
              <span className="min-w-0 flex-1 truncate font-semibold">
                <bdi>{title}</bdi>
              </span>
              <RowTime room={room} />
            </span>
            <span className="mt-0.5 flex h-6 items-center gap-2">
              <Preview room={room} isSelected={isSelected} />
              <Badges room={room} />
            </span>
          </span>
        </button>
        <span className="absolute end-2 bottom-1.5 opacity-0 group-hover:opacity-100 group-has-[:focus-visible]:opacity-100 has-[[data-state=open]]:opacity-100 pointer-coarse:hidden">
          <Menu entries={entries}>
            <IconButton
              label={t("row.more", { name: title })}
              tabIndex={isReachable ? 0 : -1}
              className="size-8 bg-raised shadow-flat"
            >
              <EllipsisVertical />
            </IconButton>
          </Menu>
        </span>
      </div>
    </ContextMenu>
  );
});

function RowTime({ room }: { room: Room }): ReactNode {
  const { short } = useTimes();
  const at = room.last_message?.created_at;
  if (!at) return null;
  const isNew = isUnread(room) && !isMuted(room);
  return (
    <time dateTime={at} className={classNames("shrink-0 text-xs", isNew ? "font-semibold text-accent" : "text-muted")}>
      {short(at)}
    </time>
  );
}

/** Who is writing; else what one has begun to write, unless it is in sight anyway; else what was said last. */
function Preview({ room, isSelected }: { room: Room; isSelected: boolean }): ReactNode {
  const { t } = useTranslation("rooms");
  const typing = useTypingText(room);
  // Each text is cut at its own end, and all of them stand at the side where the page begins.
  const line = "min-w-0 flex-1 truncate text-sm [text-align:-webkit-match-parent] [text-align:match-parent]";
  if (typing !== undefined) return <span className={classNames(line, "text-accent")}>{typing}</span>;
  if (!isSelected && room.draft && room.draft.content.trim() !== "")
    return (
      <span dir="auto" className={classNames(line, "text-muted")}>
        <span className="text-danger">{t("row.draft")}</span> {room.draft.content}
      </span>
    );
  if (!room.last_message) return <span className={classNames(line, "text-muted italic")}>{t("row.empty")}</span>;
  return <LastMessage message={room.last_message} isGroup={room.type !== "direct"} className={line} />;
}

/** In a group, the first of those who write is named. Undefined: nobody does. */
function useTypingText(room: Room): string | undefined {
  const { t } = useTranslation("rooms");
  const [typist] = useTyping(room.id).typists;
  const user = useUser(room.type === "direct" ? undefined : typist?.user_id);
  if (!typist) return undefined;
  const isVoice = typist.kind === "voice";
  if (!user) return t(isVoice ? "row.recording" : "row.typing");
  return t(isVoice ? "row.recordingBy" : "row.typingBy", { name: user.name.split(/\s+/)[0] });
}

type LastMessageProps = { message: Message; isGroup: boolean; className: string };

function LastMessage({ message, isGroup, className }: LastMessageProps): ReactNode {
  const { t } = useTranslation("rooms");
  const { userId } = useIdentity();
  const summarise = useMessageSummary();
  const isSaid = message.message_type !== "system" && !message.is_deleted;
  const isOwn = message.sender_id === userId;
  const sender = useUser(isGroup && isSaid && !isOwn ? message.sender_id : undefined);
  const summary = summarise(message);
  const name = sender?.name.split(/\s+/)[0];
  return (
    <>
      {isOwn && isSaid && <Ticks status={message.status ?? "sent"} className="text-muted" />}
      <span dir="auto" className={classNames(className, "text-muted")}>
        {name ? t("row.by", { name, text: summary }) : summary}
      </span>
    </>
  );
}

function Badges({ room }: { room: Room }): ReactNode {
  const { t } = useTranslation("rooms");
  const muted = isMuted(room);
  const look = muted ? "bg-muted text-surface" : "bg-accent text-on-accent";
  const badge = "flex h-5.5 min-w-5.5 shrink-0 items-center justify-center rounded-full px-1.5 text-xs font-bold";
  return (
    <>
      {muted && <BellOff role="img" aria-label={t("row.muted")} className="size-4 shrink-0 text-muted" />}
      {room.is_pinned && <Pin role="img" aria-label={t("row.pinned")} className="size-4 shrink-0 text-muted" />}
      {room.mention_count > 0 && (
        <span className={classNames(badge, "bg-accent px-1 text-on-accent")}>
          <AtSign role="img" aria-label={t("row.mentioned")} className="size-3.5" strokeWidth={3} />
        </span>
      )}
      {room.unread_count > 0 && (
        <span className={classNames(badge, look)}>
          {room.unread_count > 999 ? "999+" : room.unread_count}
          <span className="sr-only"> {t("row.unread")}</span>
        </span>
      )}
      {room.unread_count === 0 && room.is_marked_unread && (
        <span
          role="img"
          aria-label={t("row.markedUnread")}
          className={classNames("size-3 shrink-0 rounded-full", look)}
        />
      )}
    </>
  );
}
