/** Messages, page by page: each leads to its place. */
import type { Message } from "@pipit/protocol/models/message";
import { useRooms } from "@pipit/react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useGo } from "../app/use-go.ts";
import { MessageRow } from "../messages/message-row.tsx";
import { Button } from "../ui/button.tsx";
import { Failure } from "../ui/notices.tsx";
import { RowSkeletons } from "../ui/spinner.tsx";
import type { Paged } from "../ui/use-paged.ts";
import { nameOf } from "./room-tabs.ts";

type MessageRowsProps = {
  paged: Paged<Message>;
  /** In place of rows, when there are none. */
  empty: ReactNode;
  label: string;
  /** All are of the room that they stand beside: it need not be named, and what stands at the left closes. */
  isOfOneRoom?: boolean;
};

export function MessageRows({ paged, empty, label, isOfOneRoom = false }: MessageRowsProps): ReactNode {
  const { t } = useTranslation("rooms");
  const go = useGo();
  const { rooms } = useRooms();
  const { items, isLoading, error, hasMore, loadMore, reload } = paged;
  if (error && items.length === 0) return <Failure onRetry={reload} />;
  if (isLoading && items.length === 0) return <RowSkeletons />;
  if (items.length === 0) return empty;
  const titleOf = (roomId: string): string => {
    if (isOfOneRoom) return "";
    const room = rooms.find(({ id }) => id === roomId);
    return room ? nameOf(room) : "";
  };
  return (
    <ul aria-label={label} className="min-h-0 flex-1 overflow-y-auto px-2 pb-4">
      {items.map((message) => (
        <li key={message.id}>
          <MessageRow
            message={message}
            roomTitle={titleOf(message.room_id)}
            onOpen={() => go.room(message.room_id, { at: message.sequence_number, keepSide: !isOfOneRoom })}
          />
        </li>
      ))}
      {hasMore && (
        <li className="p-3 text-center">
          <Button look="secondary" isBusy={isLoading} onClick={loadMore}>
            {t("loadMore")}
          </Button>
        </li>
      )}
    </ul>
  );
}
