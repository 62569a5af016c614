/** Rooms that the person has put away. */
import { useRooms } from "@pipit/react";
import { Archive } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useGo } from "../app/use-go.ts";
import { EmptyState } from "../ui/notices.tsx";
import { PaneHeader } from "../ui/pane.tsx";
import { RoomList } from "./room-list.tsx";
import { listed } from "./room-tabs.ts";

export function ArchivedPane(): ReactNode {
  const { t } = useTranslation("rooms");
  const go = useGo();
  const { rooms } = useRooms();
  const archived = useMemo(() => listed(rooms).filter((room) => room.is_archived), [rooms]);
  return (
    <>
      <PaneHeader title={t("menu.archived")} onBack={() => go.back(() => go.side(undefined))} />
      {archived.length > 0 ? (
        <RoomList rooms={archived} label={t("menu.archived")} keepsSide />
      ) : (
        <EmptyState icon={Archive} title={t("archived.title")} text={t("archived.text")} />
      )}
    </>
  );
}
