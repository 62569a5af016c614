/** What can be done with a room from its row. */
import type { Room } from "@pipit/protocol/models/room";
import { useClient } from "@pipit/react";
import {
  Archive,
  ArchiveRestore,
  Bell,
  BellOff,
  Brush,
  LogOut,
  MailOpen,
  MailPlus,
  Pin,
  PinOff,
  Trash2,
} from "lucide-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { RoomQuestion } from "../conversation/use-room-menu.ts";
import type { MenuEntry } from "../ui/menu.tsx";
import { useAttempt } from "../ui/use-attempt.ts";
import { isMuted, isUnread } from "./room-tabs.ts";

/** @param onAsk for what has to be asked about first */
export function useRoomEntries(room: Room, onAsk: (room: Room, question: RoomQuestion) => void): MenuEntry[] {
  const { t } = useTranslation("rooms");
  const client = useClient();
  const { attempt } = useAttempt();
  return useMemo(() => {
    const { setPreferences, markRead } = client.room(room.id);
    const set = (changes: Parameters<typeof setPreferences>[0]) => () => void attempt(() => setPreferences(changes));
    const read = async (): Promise<void> => {
      if (room.is_marked_unread) await setPreferences({ is_marked_unread: false });
      if (room.unread_count > 0) await markRead(room.last_sequence);
    };
    const end: MenuEntry =
      room.type === "direct"
        ? { label: t("entry.delete"), icon: Trash2, isDangerous: true, onSelect: () => onAsk(room, "delete") }
        : { label: t("entry.leave"), icon: LogOut, isDangerous: true, onSelect: () => onAsk(room, "leave") };
    return [
      room.is_pinned
        ? { label: t("entry.unpin"), icon: PinOff, onSelect: set({ is_pinned: false }) }
        : { label: t("entry.pin"), icon: Pin, onSelect: set({ is_pinned: true }) },
      isMuted(room)
        ? { label: t("entry.unmute"), icon: Bell, onSelect: set({ muted_until: null }) }
        : { label: t("entry.mute"), icon: BellOff, onSelect: () => onAsk(room, "mute") },
      isUnread(room)
        ? { label: t("entry.read"), icon: MailOpen, onSelect: () => void attempt(read) }
        : { label: t("entry.unread"), icon: MailPlus, onSelect: set({ is_marked_unread: true }) },
      room.is_archived
        ? { label: t("entry.unarchive"), icon: ArchiveRestore, onSelect: set({ is_archived: false }) }
        : { label: t("entry.archive"), icon: Archive, onSelect: set({ is_archived: true }) },
      "separator",
      { label: t("entry.clear"), icon: Brush, onSelect: () => onAsk(room, "clear") },
      end,
    ];
  }, [room, client, attempt, t, onAsk]);
}
