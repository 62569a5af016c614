/** What is pinned in a room, by whom and for how long. */
import type { PinnedMessage, Room } from "@pipit/protocol/models/room";
import { useClient, useUser } from "@pipit/react";
import { Pin, PinOff } from "lucide-react";
import { type ReactNode, useCallback } from "react";
import { useTranslation } from "react-i18next";
import { useGo } from "../app/use-go.ts";
import { now } from "../clock.ts";
import { MessageRow } from "../messages/message-row.tsx";
import { useTimes } from "../messages/use-times.ts";
import { useIdentity } from "../session/session.tsx";
import { IconButton } from "../ui/button.tsx";
import { EmptyState } from "../ui/notices.tsx";
import { RowSkeletons, Spinner } from "../ui/spinner.tsx";
import { useAttempt } from "../ui/use-attempt.ts";
import { useLoad } from "../ui/use-load.ts";
import { canUnpin } from "./room-rights.ts";

export function PinsPanel({ room }: { room: Room }): ReactNode {
  const { t } = useTranslation("info");
  const pins = room.pinned_messages.filter((pin) => Date.parse(pin.expires_at) > now());
  if (pins.length === 0) return <EmptyState icon={Pin} title={t("pins.none")} text={t("pins.text")} />;
  return (
    <ul aria-label={t("title.pins")} className="min-h-0 flex-1 overflow-y-auto px-2 pb-4">
      {pins.map((pin) => (
        <li key={pin.message_id} className="border-b border-line py-1 last:border-b-0">
          <PinnedRow pin={pin} roomId={room.id} />
          <PinNote pin={pin} canEnd={canUnpin(room)} />
        </li>
      ))}
    </ul>
  );
}

/** To one who can't see the message, it says that it is there (docs/spec.md R11). */
function PinnedRow({ pin, roomId }: { pin: PinnedMessage; roomId: string }): ReactNode {
  const { t } = useTranslation("info");
  const { api } = useClient();
  const go = useGo();
  const ask = useCallback(() => api.messages.get({ message_id: pin.message_id }), [api, pin.message_id]);
  const { value: message, isLoading } = useLoad(ask);
  if (isLoading) return <RowSkeletons count={1} />;
  if (!message) return <p className="px-3 py-3 text-sm text-muted italic">{t("pins.unseen")}</p>;
  return <MessageRow message={message} onOpen={() => go.room(roomId, { at: message.sequence_number })} />;
}

function PinNote({ pin, canEnd }: { pin: PinnedMessage; canEnd: boolean }): ReactNode {
  const { t } = useTranslation("info");
  const { api } = useClient();
  const { userId } = useIdentity();
  const { attempt, isBusy } = useAttempt();
  const { moment } = useTimes();
  const user = useUser(pin.pinned_by);
  const at = moment(pin.expires_at);
  const unpin = (): void => void attempt(() => api.messages.unpin({ message_id: pin.message_id }));
  return (
    <div className="flex min-h-10 items-center gap-2 ps-3 text-xs text-muted">
      <time dateTime={pin.expires_at} className="min-w-0 flex-1">
        {pin.pinned_by === userId ? t("pins.byMe", { at }) : t("pins.by", { name: user?.name ?? "…", at })}
      </time>
      {canEnd && (
        <IconButton label={t("pins.unpin")} disabled={isBusy} onClick={unpin}>
          {isBusy ? <Spinner /> : <PinOff />}
        </IconButton>
      )}
    </div>
  );
}
