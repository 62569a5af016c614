/** Messages of a room that the person has starred. */
import type { Room } from "@pipit/protocol/models/room";
import { useClient, useEvent } from "@pipit/react";
import { Star } from "lucide-react";
import { type ReactNode, useCallback } from "react";
import { useTranslation } from "react-i18next";
import { useGo } from "../app/use-go.ts";
import { MessageRow } from "../messages/message-row.tsx";
import { Button } from "../ui/button.tsx";
import { EmptyState, Failure } from "../ui/notices.tsx";
import { RowSkeletons } from "../ui/spinner.tsx";
import { usePaged } from "../ui/use-paged.ts";

export function StarredPanel({ room }: { room: Room }): ReactNode {
  const { t } = useTranslation("info");
  const go = useGo();
  const { api } = useClient();
  const ask = useCallback(
    (cursor: string | undefined) => api.messages.starred({ room_id: room.id, limit: 50, cursor }),
    [api, room.id],
  );
  const { items, isLoading, error, hasMore, loadMore, reload } = usePaged(ask);
  useEvent("account:update", (update) => {
    if (update.kind === "message_starred" && update.room_id === room.id) reload();
  });
  if (items.length === 0) {
    if (error) return <Failure onRetry={reload} />;
    if (isLoading) return <RowSkeletons />;
    return <EmptyState icon={Star} title={t("starred.none")} text={t("starred.text")} />;
  }
  return (
    <ul aria-label={t("title.starred")} className="min-h-0 flex-1 overflow-y-auto px-2 pb-4">
      {items.map((message) => (
        <li key={message.id}>
          <MessageRow message={message} onOpen={() => go.room(room.id, { at: message.sequence_number })} />
        </li>
      ))}
      {hasMore && (
        <li className="p-3 text-center">
          <Button look="secondary" isBusy={isLoading} onClick={loadMore}>
            {t("more")}
          </Button>
        </li>
      )}
    </ul>
  );
}
