/** One message: who has read it, to whom it has come, to whom not yet. */
import type { Message } from "@pipit/protocol/models/message";
import type { Member, Room } from "@pipit/protocol/models/room";
import { useClient, useMembers } from "@pipit/react";
import { MessageCircleOff } from "lucide-react";
import { type ReactNode, useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { usePlace } from "../app/use-go.ts";
import { Button } from "../ui/button.tsx";
import { EmptyState, Failure } from "../ui/notices.tsx";
import { Loading, RowSkeletons } from "../ui/spinner.tsx";
import { useLoad } from "../ui/use-load.ts";
import { MessagePreview } from "./message-preview.tsx";
import { ReceiptList } from "./receipt-list.tsx";
import { useMessageInfo } from "./use-message-info.ts";

export function MessageInfo({ room }: { room: Room }): ReactNode {
  const { t } = useTranslation("info");
  const { of } = usePlace();
  if (of === undefined) return <EmptyState icon={MessageCircleOff} title={t("message.gone")} />;
  return <Known key={of} room={room} messageId={of} />;
}

function Known({ room, messageId }: { room: Room; messageId: string }): ReactNode {
  const client = useClient();
  const ask = useCallback(async (): Promise<Message> => {
    const known = client.room(room.id).messages.getSnapshot().items;
    return known.find((item) => item.id === messageId) ?? client.api.messages.get({ message_id: messageId });
  }, [client, room.id, messageId]);
  const { value: message, error, reload } = useLoad(ask);
  if (error) return <Failure onRetry={reload} />;
  if (!message) return <Loading />;
  return (
    <div className="min-h-0 flex-1 overflow-y-auto pb-6">
      <MessagePreview message={message} />
      <Recipients room={room} message={message} />
    </div>
  );
}

function Recipients({ room, message }: { room: Room; message: Message }): ReactNode {
  const { t } = useTranslation("info");
  const { info, error, reload, loadMore, isLoadingMore } = useMessageInfo(room.id, message.id);
  const members = useMembers(room.id);
  const byId = useMemo(() => new Map(members.map((member) => [member.user_id, member])), [members]);
  if (error) return <Failure onRetry={reload} />;
  if (!info) return <RowSkeletons count={4} />;
  const { seen_by: seen, delivered_to: come, total_recipients: total } = info;
  const seenIds = new Set(seen.map(({ user_id }) => user_id));
  const comeIds = new Set(come.map(({ user_id }) => user_id));
  // Of one person alone, both times are worth a line.
  const onlyCome = total === 1 ? come : come.filter(({ user_id }) => !seenIds.has(user_id));
  const isWaiting = ({ user_id, joined_at }: Member): boolean =>
    user_id !== message.sender_id &&
    !seenIds.has(user_id) &&
    !comeIds.has(user_id) &&
    Date.parse(joined_at) <= Date.parse(message.created_at);
  const waiting = info.has_more ? [] : members.filter(isWaiting).map(({ user_id }) => ({ user_id }));
  return (
    <>
      <ReceiptList kind="read" title={t("message.readBy")} receipts={seen} total={total} byId={byId} />
      <ReceiptList kind="delivered" title={t("message.deliveredTo")} receipts={onlyCome} total={total} byId={byId} />
      {waiting.length > 0 && (
        <ReceiptList kind="sent" title={t("message.notYet")} receipts={waiting} total={total} byId={byId} />
      )}
      {info.has_more && (
        <div className="p-4 text-center">
          <Button look="secondary" isBusy={isLoadingMore} onClick={() => void loadMore()}>
            {t("more")}
          </Button>
        </div>
      )}
    </>
  );
}
