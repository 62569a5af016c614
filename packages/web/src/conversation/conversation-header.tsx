/** Whose conversation it is, who of them is there, and what can be done with the whole of it. */
import { useMembers, usePresence, useRoom, useTyping } from "@pipit/react";
import { ArrowLeft, EllipsisVertical, Info } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useGo, usePlace } from "../app/use-go.ts";
import { useTimes } from "../messages/use-times.ts";
import { useRoomTitle } from "../rooms/room-title.ts";
import { Avatar } from "../ui/avatar.tsx";
import { IconButton } from "../ui/button.tsx";
import { Menu, type MenuEntry } from "../ui/menu.tsx";
import { useIsPhone } from "../ui/use-media-query.ts";
import { useDeeds } from "./deeds.ts";

type ConversationHeaderProps = {
  entries: readonly MenuEntry[];
  /** Of a room that is not the user's any more. */
  leftName: string | undefined;
};

export function ConversationHeader({ entries, leftName }: ConversationHeaderProps): ReactNode {
  const { t } = useTranslation("conversation");
  const { t: tUi } = useTranslation("ui");
  const { roomId } = useDeeds();
  const { room } = useRoom(roomId);
  const title = useRoomTitle(room);
  const presence = usePresence(title.peerId);
  const go = useGo();
  const { panel } = usePlace();
  const isPhone = useIsPhone();
  const name = room ? title.title : (leftName ?? "");
  const toggleInfo = (): void => go.panel(panel ? undefined : "info");
  return (
    <header className="flex h-16 shrink-0 items-center gap-1 border-b border-line bg-surface px-2">
      {isPhone && (
        <IconButton label={tUi("back")} onClick={go.home}>
          <ArrowLeft className="rtl:-scale-x-100" />
        </IconButton>
      )}
      <button
        type="button"
        disabled={!room}
        onClick={toggleInfo}
        className="flex min-w-0 flex-1 items-center gap-3 rounded-xl px-2 py-1.5 text-start enabled:hover:bg-hover"
      >
        <Avatar
          id={room ? title.avatarId : roomId}
          name={name}
          url={title.avatarUrl}
          size={42}
          isOnline={presence?.is_online === true}
        />
        <span className="min-w-0 flex-1">
          <h1 className="truncate font-semibold">
            <bdi>{name}</bdi>
          </h1>
          <span className="block h-5 truncate text-sm text-muted">{room && <Subtitle peerId={title.peerId} />}</span>
        </span>
      </button>
      {room && (
        <IconButton label={t("info")} isOn={panel === "info"} onClick={toggleInfo} className="max-sm:hidden">
          <Info />
        </IconButton>
      )}
      {entries.length > 0 && (
        <Menu entries={entries}>
          <IconButton label={t("roomMenu")}>
            <EllipsisVertical />
          </IconButton>
        </Menu>
      )}
    </header>
  );
}

function Subtitle({ peerId }: { peerId: string | undefined }): ReactNode {
  const { roomId, isGroup } = useDeeds();
  const { typists } = useTyping(roomId);
  if (typists.length > 0) return <Typists />;
  return isGroup ? <Members /> : <Presence peerId={peerId} />;
}

function Typists(): ReactNode {
  const { t } = useTranslation("conversation");
  const { roomId, isGroup, nameOf } = useDeeds();
  const { typists } = useTyping(roomId);
  const isVoice = typists.every((typist) => typist.kind === "voice");
  const [name = "", other = ""] = typists.slice(0, 2).map((typist) => nameOf(typist.user_id));
  const say = (): string => {
    if (!isGroup) return t(isVoice ? "typing.records" : "typing.writes");
    if (typists.length === 1) return t(isVoice ? "typing.oneRecords" : "typing.one", { name });
    return typists.length === 2 ? t("typing.two", { name, other }) : t("typing.many", { count: typists.length });
  };
  return <span className="text-accent">{say()}</span>;
}

const mostNames = 8;

function Members(): ReactNode {
  const { t } = useTranslation("conversation");
  const { roomId, me } = useDeeds();
  const { room } = useRoom(roomId);
  const members = useMembers(roomId);
  if (members.length === 0 || members.length > mostNames) return t("members", { count: room?.member_count ?? 0 });
  const others = members.filter((member) => member.user_id !== me).map((member) => member.name);
  return <bdi>{[...others.sort((a, b) => a.localeCompare(b)), t("you")].join(", ")}</bdi>;
}

function Presence({ peerId }: { peerId: string | undefined }): ReactNode {
  const { t } = useTranslation("conversation");
  const { me } = useDeeds();
  const presence = usePresence(peerId);
  const { ago } = useTimes();
  if (peerId === undefined || peerId === me) return t("notes");
  if (presence?.is_online) return <span className="text-accent">{t("online")}</span>;
  return presence?.last_seen ? t("lastSeen", { at: ago(presence.last_seen) }) : (presence?.status_message ?? "");
}
