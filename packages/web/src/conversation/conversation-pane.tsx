/** The middle of the page: a room's conversation, also of one that the user has left. */
import { useClient, useRoom } from "@pipit/react";
import { MessageSquareOff } from "lucide-react";
import { type ReactNode, useCallback } from "react";
import { useTranslation } from "react-i18next";
import { useGo } from "../app/use-go.ts";
import { Button } from "../ui/button.tsx";
import { EmptyState, Failure } from "../ui/notices.tsx";
import { useLoad } from "../ui/use-load.ts";
import { Conversation } from "./conversation.tsx";
import { MessageSkeletons } from "./message-skeletons.tsx";

export function ConversationPane({ roomId }: { roomId: string }): ReactNode {
  const { room, isLoading } = useRoom(roomId);
  if (room) return <Conversation key={roomId} roomId={roomId} room={room} leftName={undefined} />;
  return isLoading ? <MessageSkeletons /> : <LeftConversation roomId={roomId} />;
}

const mostLeft = 100;

function LeftConversation({ roomId }: { roomId: string }): ReactNode {
  const { t } = useTranslation("conversation");
  const { api } = useClient();
  const go = useGo();
  const ask = useCallback(async () => {
    const { items } = await api.rooms.left({ limit: mostLeft });
    return items.find((left) => left.room_id === roomId);
  }, [api, roomId]);
  const { value, error, isLoading, reload } = useLoad(ask);
  if (isLoading) return <MessageSkeletons />;
  if (error) return <Failure onRetry={reload} />;
  if (value) return <Conversation roomId={roomId} room={undefined} leftName={value.name ?? t("leftRoom")} />;
  return (
    <EmptyState isMain icon={MessageSquareOff} title={t("noRoom.title")} text={t("noRoom.text")}>
      <Button look="secondary" className="mt-3" onClick={go.home}>
        {t("noRoom.back")}
      </Button>
    </EmptyState>
  );
}
