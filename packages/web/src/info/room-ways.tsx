/** How a room is set: whether one hears of it, and how long messages last. */
import type { Room } from "@pipit/protocol/models/room";
import { useClient } from "@pipit/react";
import { BellOff, Timer } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import type { RoomQuestion } from "../conversation/use-room-menu.ts";
import { useTimes } from "../messages/use-times.ts";
import { isMuted } from "../rooms/room-tabs.ts";
import { Switch } from "../ui/switch.tsx";
import { useAttempt } from "../ui/use-attempt.ts";
import { DisappearingDialog } from "./disappearing-dialog.tsx";
import { InfoRow, InfoRows } from "./info-row.tsx";
import { canSetLifetime } from "./room-rights.ts";

type RoomWaysProps = { room: Room; onAsk(question: RoomQuestion): void };

export function RoomWays({ room, onAsk }: RoomWaysProps): ReactNode {
  const { t } = useTranslation("info");
  const [isSetting, setSetting] = useState(false);
  const seconds = room.settings.disappearing_seconds;
  const canSet = canSetLifetime(room);
  return (
    <InfoRows>
      <div className="flex items-start gap-4 px-3">
        <BellOff aria-hidden className="mt-3 size-5.5 shrink-0 text-muted" />
        <div className="flex-1">
          <Mute room={room} onAsk={onAsk} />
        </div>
      </div>
      <InfoRow
        icon={Timer}
        label={t("disappearing.title")}
        value={t(`disappearing.${seconds}`)}
        hint={canSet ? undefined : t("onlyAdmins")}
        isDoor={canSet}
        onClick={canSet ? () => setSetting(true) : undefined}
      />
      {isSetting && <DisappearingDialog room={room} onClose={() => setSetting(false)} />}
    </InfoRows>
  );
}

/** So far away, it is for good. */
const forGoodYear = 9000;

function Mute({ room, onAsk }: RoomWaysProps): ReactNode {
  const { t } = useTranslation("info");
  const client = useClient();
  const { attempt, isBusy } = useAttempt();
  const { moment } = useTimes();
  const until = isMuted(room) ? room.muted_until : null;
  const isForGood = until !== null && new Date(until).getFullYear() > forGoodYear;
  const hint = until === null ? {} : { hint: isForGood ? t("mutedForGood") : t("mutedUntil", { at: moment(until) }) };
  const unmute = (): void => void attempt(() => client.room(room.id).setPreferences({ muted_until: null }));
  return (
    <Switch
      label={t("mute")}
      {...hint}
      isOn={until !== null}
      isDisabled={isBusy}
      onChange={(isOn) => (isOn ? onAsk("mute") : unmute())}
    />
  );
}
