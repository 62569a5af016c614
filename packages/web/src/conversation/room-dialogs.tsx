/** Questions before something is done to a whole conversation. */

import type { Room } from "@pipit/protocol/models/room";
import { useClient, useRoomPreferences } from "@pipit/react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useGo, usePlace } from "../app/use-go.ts";
import { now } from "../clock.ts";
import { Button } from "../ui/button.tsx";
import { Choice } from "../ui/choice.tsx";
import { ConfirmDialog, Dialog } from "../ui/dialog.tsx";
import { useAttempt } from "../ui/use-attempt.ts";
import type { RoomQuestion } from "./use-room-menu.ts";

type RoomDialogsProps = {
  room: Room;
  title: string;
  peerId: string | undefined;
  question: RoomQuestion | undefined;
  onClose(): void;
};

export function RoomDialogs({ room, title, peerId, question, onClose }: RoomDialogsProps): ReactNode {
  const { t } = useTranslation("conversation");
  const { api } = useClient();
  const go = useGo();
  const { roomId } = usePlace();
  const { attempt, isBusy } = useAttempt();
  if (question === undefined) return null;
  if (question === "mute") return <MuteDialog roomId={room.id} onClose={onClose} />;
  const work: Record<Exclude<RoomQuestion, "mute">, () => Promise<unknown>> = {
    clear: () => api.rooms.clear({ room_id: room.id }),
    delete: () => api.rooms.clear({ room_id: room.id, delete_chat: true }),
    leave: () => api.groups.leave({ room_id: room.id }),
    block: () => api.users.block({ user_id: peerId ?? "" }),
  };
  const confirm = async (): Promise<void> => {
    const isDone = await attempt(async () => {
      await work[question]();
      return true;
    });
    if (!isDone) return;
    onClose();
    // From the list, another room may be open, which stays so.
    if ((question === "delete" || question === "leave") && roomId === room.id) go.home();
  };
  return (
    <ConfirmDialog
      title={t(`ask.${question}.title`, { name: title })}
      description={
        question === "leave" ? t(`ask.leave.${leaveTextOf(room)}`) : t(`ask.${question}.text`, { name: title })
      }
      action={t(`ask.${question}.action`)}
      isDangerous
      isOpen
      isBusy={isBusy}
      onClose={onClose}
      onConfirm={() => void confirm()}
    />
  );
}

/** Whoever owns it learns who comes after them (docs/spec.md R3). */
function leaveTextOf({ role, member_count }: Room): "text" | "textOwner" | "textLast" {
  if (member_count === 1) return "textLast";
  return role === "owner" ? "textOwner" : "text";
}

const hourMs = 3_600_000;
const mutes = { hours: 8 * hourMs, week: 168 * hourMs, always: Infinity } as const;
/** So far away that it is for good. */
const forGood = "9999-12-31T00:00:00.000Z";

function MuteDialog({ roomId, onClose }: { roomId: string; onClose(): void }): ReactNode {
  const { t } = useTranslation("conversation");
  const { setPreferences } = useRoomPreferences(roomId);
  const [span, setSpan] = useState<keyof typeof mutes>("hours");
  const mute = async (): Promise<void> => {
    const ms = mutes[span];
    await setPreferences({ muted_until: ms === Infinity ? forGood : new Date(now() + ms).toISOString() });
    onClose();
  };
  const options = (["hours", "week", "always"] as const).map((value) => ({ value, label: t(`mute.${value}`) }));
  return (
    <Dialog
      title={t("mute.title")}
      description={t("mute.text")}
      isOpen
      onClose={onClose}
      footer={<Button onClick={() => void mute()}>{t("menu.mute")}</Button>}
    >
      <Choice label={t("mute.title")} value={span} options={options} onChange={(value) => setSpan(value)} />
    </Dialog>
  );
}
