/** Messages of a room that the person has starred. */
import type { Room } from "@pipit/protocol/models/room";
import { useClient, useEvent } from "@pipit/react";
import { Star } from "lucide-react";
import { type ReactNode, useCallback } from "react";
import { useTranslation } from "react-i18next";
import { MessageRows } from "../rooms/message-rows.tsx";
import { EmptyState } from "../ui/notices.tsx";
import { usePaged } from "../ui/use-paged.ts";

export function StarredPanel({ room }: { room: Room }): ReactNode {
  const { t } = useTranslation("info");
  const { api } = useClient();
  const ask = useCallback(
    (cursor: string | undefined) => api.messages.starred({ room_id: room.id, limit: 50, cursor }),
    [api, room.id],
  );
  const paged = usePaged(ask);
  useEvent("account:update", (update) => {
    if (update.kind === "message_starred" && update.room_id === room.id) paged.reload();
  });
  const empty = <EmptyState icon={Star} title={t("starred.none")} text={t("starred.text")} />;
  return <MessageRows paged={paged} label={t("title.starred")} empty={empty} isOfOneRoom />;
}
