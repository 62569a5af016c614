/** Where one writes; or why one can't, and what can be done about that. */
import type { MessageItem } from "@pipit/client";
import type { Room } from "@pipit/protocol/models/room";
import { useClient, useRoomPreferences, useSettings } from "@pipit/react";
import type { ReactNode, Ref } from "react";
import { useTranslation } from "react-i18next";
import { useGo } from "../app/use-go.ts";
import { Composer, type ComposerHandle } from "../composer/composer.tsx";
import { Button } from "../ui/button.tsx";
import { useAttempt } from "../ui/use-attempt.ts";

type WriteBarProps = {
  room: Room | undefined;
  roomId: string;
  peerId: string | undefined;
  title: string;
  replyTo: MessageItem | undefined;
  editing: MessageItem | undefined;
  composer: Ref<ComposerHandle>;
  onReplyDone(): void;
  onEditDone(): void;
  onEditLast(): void;
  onSent(): void;
};

export function WriteBar({ room, peerId, title, composer, ...rest }: WriteBarProps): ReactNode {
  const { t } = useTranslation("conversation");
  const settings = useSettings();
  if (!room) return <Note text={t("cantWrite.left")} />;
  if (room.is_request) return <RequestBar room={room} peerId={peerId} title={title} />;
  if (peerId !== undefined && settings?.blocked_user_ids.includes(peerId))
    return <BlockedBar peerId={peerId} title={title} />;
  if (!canSend(room)) return <Note text={t(room.type === "channel" ? "cantWrite.channel" : "cantWrite.admins")} />;
  return <Composer ref={composer} {...rest} />;
}

export function canSend({ type, role, settings }: Room): boolean {
  return type === "direct" || role !== "member" || settings.who_can_send === "everyone";
}

const bar = "border-t border-line bg-surface px-4 py-3 pb-[max(0.75rem,env(safe-area-inset-bottom))] text-center";

function Note({ text }: { text: string }): ReactNode {
  return <p className={`${bar} text-sm text-muted`}>{text}</p>;
}

function BlockedBar({ peerId, title }: { peerId: string; title: string }): ReactNode {
  const { t } = useTranslation("conversation");
  const { api } = useClient();
  const { attempt, isBusy } = useAttempt();
  return (
    <div className={bar}>
      <p className="text-sm text-muted">{t("cantWrite.blocked", { name: title })}</p>
      <Button look="quiet" isBusy={isBusy} onClick={() => void attempt(() => api.users.unblock({ user_id: peerId }))}>
        {t("menu.unblock")}
      </Button>
    </div>
  );
}

type RequestBarProps = { room: Room; peerId: string | undefined; title: string };

/** Somebody whom the user's settings do not let in has written: nothing of it is told them before it is accepted. */
function RequestBar({ room, peerId, title }: RequestBarProps): ReactNode {
  const { t } = useTranslation("conversation");
  const { api } = useClient();
  const go = useGo();
  const { attempt, isBusy } = useAttempt();
  const { setPreferences } = useRoomPreferences(room.id);
  const refuse = async (isBlocked: boolean): Promise<void> => {
    const isDone = await attempt(async () => {
      if (isBlocked && peerId !== undefined) await api.users.block({ user_id: peerId });
      await api.rooms.clear({ room_id: room.id, delete_chat: true });
      return true;
    });
    if (isDone) go.home();
  };
  return (
    <div className={bar}>
      <p className="mx-auto max-w-md text-sm text-muted">{t("request.text", { name: title })}</p>
      <div className="mt-2 flex flex-wrap justify-center gap-2">
        <Button look="danger" isBusy={isBusy} onClick={() => void refuse(true)}>
          {t("request.block")}
        </Button>
        <Button look="secondary" isBusy={isBusy} onClick={() => void refuse(false)}>
          {t("request.refuse")}
        </Button>
        <Button onClick={() => void setPreferences({ is_request: false })}>{t("request.accept")}</Button>
      </div>
    </div>
  );
}
