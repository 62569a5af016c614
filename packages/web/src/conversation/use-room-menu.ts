/** What can be done with a whole conversation. */

import type { Room } from "@pipit/protocol/models/room";
import { useClient, useRoomPreferences, useSettings } from "@pipit/react";
import { Bell, BellOff, Brush, CheckSquare, Images, Info, LogOut, ShieldBan, ShieldCheck, Trash2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useGo } from "../app/use-go.ts";
import { now } from "../clock.ts";
import type { MenuEntry } from "../ui/menu.tsx";
import { useAttempt } from "../ui/use-attempt.ts";

/** What has to be asked about first. */
export type RoomQuestion = "mute" | "clear" | "delete" | "leave" | "block";

export function useRoomMenu(
  room: Room | undefined,
  peerId: string | undefined,
  { onAsk, onSelect }: { onAsk(question: RoomQuestion): void; onSelect(): void },
): MenuEntry[] {
  const { t } = useTranslation("conversation");
  const go = useGo();
  const { api } = useClient();
  const { attempt } = useAttempt();
  const settings = useSettings();
  const { setPreferences } = useRoomPreferences(room?.id ?? "");
  if (!room) return [];
  const isMuted = room.muted_until !== null && Date.parse(room.muted_until) > now();
  const isBlocked = peerId !== undefined && settings?.blocked_user_ids.includes(peerId) === true;
  const unblock = (): void => void attempt(() => api.users.unblock({ user_id: peerId ?? "" }));
  const block: MenuEntry = isBlocked
    ? { label: t("menu.unblock"), icon: ShieldCheck, onSelect: unblock }
    : { label: t("menu.block"), icon: ShieldBan, isDangerous: true, onSelect: () => onAsk("block") };
  const end: MenuEntry =
    room.type === "direct"
      ? { label: t("menu.delete"), icon: Trash2, isDangerous: true, onSelect: () => onAsk("delete") }
      : { label: t("menu.leave"), icon: LogOut, isDangerous: true, onSelect: () => onAsk("leave") };
  return [
    { label: t("menu.info"), icon: Info, onSelect: () => go.panel("info") },
    { label: t("menu.media"), icon: Images, onSelect: () => go.panel("media") },
    isMuted
      ? { label: t("menu.unmute"), icon: Bell, onSelect: () => void setPreferences({ muted_until: null }) }
      : { label: t("menu.mute"), icon: BellOff, onSelect: () => onAsk("mute") },
    { label: t("menu.select"), icon: CheckSquare, onSelect },
    "separator",
    { label: t("menu.clear"), icon: Brush, onSelect: () => onAsk("clear") },
    ...(peerId !== undefined ? [block] : []),
    end,
  ];
}
