/** How one puts an end to a room, or to what was said in it. */
import type { Room } from "@pipit/protocol/models/room";
import { useClient, useSettings } from "@pipit/react";
import { Brush, LogOut, ShieldBan, ShieldCheck, Trash2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useGo } from "../app/use-go.ts";
import type { RoomQuestion } from "../conversation/use-room-menu.ts";
import { useIdentity } from "../session/session.tsx";
import { ConfirmDialog } from "../ui/dialog.tsx";
import { useToast } from "../ui/toasts.tsx";
import { useAttempt } from "../ui/use-attempt.ts";
import { InfoRow, InfoRows } from "./info-row.tsx";

type RoomEndProps = { room: Room; title: string; peerId: string | undefined; onAsk(question: RoomQuestion): void };

export function RoomEnd({ room, title, peerId, onAsk }: RoomEndProps): ReactNode {
  const { t } = useTranslation("info");
  const { userId } = useIdentity();
  const isDirect = room.type === "direct";
  return (
    <InfoRows>
      <InfoRow icon={Brush} label={t("end.clear")} isDangerous onClick={() => onAsk("clear")} />
      {peerId !== undefined && peerId !== userId && <Block peerId={peerId} name={title} onAsk={() => onAsk("block")} />}
      {isDirect ? (
        <InfoRow icon={Trash2} label={t("end.delete")} isDangerous onClick={() => onAsk("delete")} />
      ) : (
        <InfoRow icon={LogOut} label={t(`end.leave.${kindOf(room)}`)} isDangerous onClick={() => onAsk("leave")} />
      )}
      {!isDirect && room.role === "owner" && <Close room={room} title={title} />}
    </InfoRows>
  );
}

function kindOf({ type }: Room): "group" | "channel" {
  return type === "channel" ? "channel" : "group";
}

function Block({ peerId, name, onAsk }: { peerId: string; name: string; onAsk(): void }): ReactNode {
  const { t } = useTranslation("info");
  const { api } = useClient();
  const { attempt, isBusy } = useAttempt();
  const toast = useToast();
  const isBlocked = useSettings()?.blocked_user_ids.includes(peerId) === true;
  const unblock = async (): Promise<void> => {
    if (await attempt(() => api.users.unblock({ user_id: peerId }))) toast({ text: t("end.unblocked", { name }) });
  };
  if (!isBlocked) return <InfoRow icon={ShieldBan} label={t("end.block", { name })} isDangerous onClick={onAsk} />;
  const label = t("end.unblock", { name });
  return <InfoRow icon={ShieldCheck} label={label} isBusy={isBusy} onClick={() => void unblock()} />;
}

/** Closes it for all its members. */
function Close({ room, title }: { room: Room; title: string }): ReactNode {
  const { t } = useTranslation("info");
  const { api } = useClient();
  const go = useGo();
  const { attempt, isBusy } = useAttempt();
  const [isAsking, setAsking] = useState(false);
  const kind = kindOf(room);
  const close = async (): Promise<void> => {
    if (await attempt(() => api.rooms.delete({ room_id: room.id }))) go.home();
  };
  return (
    <>
      <InfoRow icon={Trash2} label={t(`end.close.${kind}`)} isDangerous onClick={() => setAsking(true)} />
      <ConfirmDialog
        title={t("end.closeTitle", { name: title })}
        description={t("end.closeText")}
        action={t(`end.close.${kind}`)}
        isDangerous
        isOpen={isAsking}
        isBusy={isBusy}
        onClose={() => setAsking(false)}
        onConfirm={() => void close()}
      />
    </>
  );
}
