/** Above the rooms: oneself, and what there is besides them. */
import { useUser } from "@pipit/react";
import { Archive, AtSign, EllipsisVertical, MailQuestion, Settings, SquarePen, Star, Users } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useGo } from "../app/use-go.ts";
import { useIdentity } from "../session/session.tsx";
import { Avatar } from "../ui/avatar.tsx";
import { IconButton } from "../ui/button.tsx";
import { Menu, type MenuEntry } from "../ui/menu.tsx";
import { Tooltip } from "../ui/tooltip.tsx";
import { useIsPhone } from "../ui/use-media-query.ts";

export function RoomsHeader(): ReactNode {
  const { t } = useTranslation("rooms");
  const go = useGo();
  const { userId, name } = useIdentity();
  const me = useUser(userId);
  const Title = useIsPhone() ? "h1" : "h2";
  const entries: MenuEntry[] = [
    { label: t("menu.group"), icon: Users, onSelect: () => go.side("group") },
    { label: t("menu.starred"), icon: Star, onSelect: () => go.side("starred") },
    { label: t("menu.mentions"), icon: AtSign, onSelect: () => go.side("mentions") },
    { label: t("menu.archived"), icon: Archive, onSelect: () => go.side("archived") },
    { label: t("menu.requests"), icon: MailQuestion, onSelect: () => go.side("requests") },
    "separator",
    { label: t("menu.settings"), icon: Settings, onSelect: () => go.side("settings") },
  ];
  return (
    <header className="flex h-16 shrink-0 items-center gap-1 px-3">
      <Tooltip text={t("profile")}>
        <button
          type="button"
          aria-label={t("profile")}
          onClick={() => go.side("settings", "profile")}
          className="rounded-full p-0.5"
        >
          <Avatar id={userId} name={me?.name ?? name} url={me?.avatar_url} size={38} />
        </button>
      </Tooltip>
      <Title className="min-w-0 flex-1 truncate px-2 text-xl font-bold">{t("title")}</Title>
      <IconButton label={t("new")} onClick={() => go.side("new")}>
        <SquarePen />
      </IconButton>
      <Menu entries={entries}>
        <IconButton label={t("more")}>
          <EllipsisVertical />
        </IconButton>
      </Menu>
    </header>
  );
}
