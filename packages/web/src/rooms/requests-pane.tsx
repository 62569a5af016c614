/** What waits for the person's yes: chats begun by strangers, invitations to groups, and who asks to join theirs. */
import type { Invitation } from "@pipit/protocol/models/invite";
import type { Room } from "@pipit/protocol/models/room";
import { useClient, useEvent, useRooms, useUser } from "@pipit/react";
import { MailQuestion } from "lucide-react";
import { type ReactNode, useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useGo } from "../app/use-go.ts";
import { useMessageSummary } from "../messages/message-summary.ts";
import { Button } from "../ui/button.tsx";
import { EmptyState, Failure } from "../ui/notices.tsx";
import { PaneHeader } from "../ui/pane.tsx";
import { RowSkeletons } from "../ui/spinner.tsx";
import { useAttempt } from "../ui/use-attempt.ts";
import { usePaged } from "../ui/use-paged.ts";
import { JoinRequests } from "./join-requests.tsx";
import { RequestCard } from "./request-card.tsx";
import { titleOf } from "./room-title.ts";
import { useJoinRequests } from "./use-join-requests.ts";

export function RequestsPane(): ReactNode {
  const { t } = useTranslation("rooms");
  const go = useGo();
  const { api } = useClient();
  const { rooms } = useRooms();
  const requests = useMemo(() => rooms.filter((room) => room.is_request && !room.is_hidden), [rooms]);
  const ask = useCallback((cursor: string | undefined) => api.invitations.list({ cursor }), [api]);
  const { items, isLoading, error, reload, hasMore, loadMore } = usePaged(ask);
  useEvent("group:invited", reload);
  const joining = useJoinRequests();
  const isEmpty = requests.length + items.length + joining.requests.length === 0;
  const isWaiting = isLoading || joining.isLoading;
  const failure = error ?? joining.error;
  const retry = (): void => {
    if (error) reload();
    if (joining.error) joining.reload();
  };
  return (
    <>
      <PaneHeader title={t("menu.requests")} onBack={() => go.back(() => go.side(undefined))} />
      <div className="min-h-0 flex-1 overflow-y-auto">
        {requests.map((room) => (
          <ChatRequest key={room.id} room={room} />
        ))}
        {items.map((invitation) => (
          <InvitationCard key={invitation.room_id} invitation={invitation} onDone={reload} />
        ))}
        {hasMore && (
          <div className="p-3 text-center">
            <Button look="secondary" isBusy={isLoading} onClick={loadMore}>
              {t("loadMore")}
            </Button>
          </div>
        )}
        <JoinRequests {...joining} />
        {failure && <Failure onRetry={retry} />}
        {isWaiting && isEmpty && <RowSkeletons count={3} />}
        {!isWaiting && !failure && isEmpty && (
          <EmptyState icon={MailQuestion} title={t("requests.title")} text={t("requests.text")} />
        )}
      </div>
    </>
  );
}

/** Somebody who may not message the person has begun a chat. */
function ChatRequest({ room }: { room: Room }): ReactNode {
  const { t } = useTranslation("rooms");
  const client = useClient();
  const go = useGo();
  const summarise = useMessageSummary();
  const { attempt, isBusy } = useAttempt();
  const { title, avatarId, avatarUrl, peerId } = titleOf(room);
  const accept = async (): Promise<void> => {
    await attempt(() => client.room(room.id).setPreferences({ is_request: false }));
    go.room(room.id);
  };
  const refuse = (): void => void attempt(() => client.api.rooms.clear({ room_id: room.id, delete_chat: true }));
  const block = (): void => {
    void attempt(async () => {
      await client.api.users.block({ user_id: peerId ?? "" });
      await client.api.rooms.clear({ room_id: room.id, delete_chat: true });
    });
  };
  return (
    <RequestCard
      id={avatarId}
      name={title}
      url={avatarUrl}
      text={room.last_message ? summarise(room.last_message) : t("row.empty")}
      onOpen={() => go.room(room.id, { keepSide: true })}
    >
      <Button isBusy={isBusy} onClick={() => void accept()}>
        {t("requests.accept")}
      </Button>
      <Button look="secondary" isBusy={isBusy} onClick={refuse}>
        {t("requests.refuse")}
      </Button>
      <Button look="danger" isBusy={isBusy} onClick={block}>
        {t("requests.block")}
      </Button>
    </RequestCard>
  );
}

function InvitationCard({ invitation, onDone }: { invitation: Invitation; onDone(): void }): ReactNode {
  const { t } = useTranslation("rooms");
  const { api } = useClient();
  const go = useGo();
  const { attempt, isBusy } = useAttempt();
  const inviter = useUser(invitation.invited_by);
  const { room_id, room_name, avatar_url } = invitation;
  const accept = async (): Promise<void> => {
    const joined = await attempt(() => api.groups.joinConfirm({ room_id }));
    onDone();
    if (joined && !joined.is_pending) go.room(room_id);
  };
  const decline = async (): Promise<void> => {
    await attempt(() => api.invitations.decline({ room_id }));
    onDone();
  };
  return (
    <RequestCard
      id={room_id}
      name={room_name ?? ""}
      url={avatar_url}
      text={t("requests.invitedBy", { name: inviter?.name ?? invitation.invited_by })}
    >
      <Button isBusy={isBusy} onClick={() => void accept()}>
        {t("requests.join")}
      </Button>
      <Button look="secondary" isBusy={isBusy} onClick={() => void decline()}>
        {t("requests.decline")}
      </Button>
    </RequestCard>
  );
}
