/** What members may do in a group, for those who govern it. */
import type { Room } from "@pipit/protocol/models/room";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "../ui/dialog.tsx";
import { Switch } from "../ui/switch.tsx";
import { Pills } from "./pills.tsx";
import { type RoomSettingsControl, useRoomSettings } from "./use-room-settings.ts";

const rights = ["who_can_send", "who_can_edit_info", "who_can_add"] as const;
const pauses = [0, 10, 30, 60, 300, 3600] as const;

export function GroupSettingsDialog({ room, onClose }: { room: Room; onClose(): void }): ReactNode {
  const { t } = useTranslation("info");
  const control = useRoomSettings(room);
  const { settings, set, isBusy } = control;
  return (
    <Dialog title={t("settings.title")} isOpen onClose={onClose}>
      <div className="space-y-5 pb-4">
        <section>
          <h3 className="text-sm font-semibold text-muted">{t("settings.membersMay")}</h3>
          {rights.map((right) => (
            <Switch
              key={right}
              label={t(`settings.${right}`)}
              isOn={settings[right] === "everyone"}
              isDisabled={isBusy}
              onChange={(isOn) => void set({ [right]: isOn ? "everyone" : "admins" })}
            />
          ))}
        </section>
        <section className="border-t border-line pt-2">
          <Switch
            label={t("settings.history")}
            hint={t("settings.historyHint")}
            isOn={settings.history_visible_to_new_members}
            isDisabled={isBusy}
            onChange={(isOn) => void set({ history_visible_to_new_members: isOn })}
          />
        </section>
        <SlowMode {...control} />
      </div>
    </Dialog>
  );
}

function SlowMode({ settings, set, isBusy }: RoomSettingsControl): ReactNode {
  const { t } = useTranslation("info");
  const now = settings.slow_mode_seconds;
  // What another client has set is shown too.
  const choices = pauses.some((pause) => pause === now) ? pauses : [...pauses, now].sort((a, b) => a - b);
  return (
    <section className="border-t border-line pt-4">
      <h3>{t("settings.slow")}</h3>
      <p className="mt-0.5 mb-3 text-sm text-muted">{t("settings.slowHint")}</p>
      <Pills
        label={t("settings.slow")}
        value={String(now)}
        options={choices.map((pause) => ({ value: String(pause), label: <Pause seconds={pause} /> }))}
        isDisabled={isBusy}
        onChange={(value) => void set({ slow_mode_seconds: Number(value) })}
      />
    </section>
  );
}

function Pause({ seconds }: { seconds: number }): ReactNode {
  const { t, i18n } = useTranslation("info");
  if (seconds === 0) return t("settings.off");
  const [unit, size] = seconds % 3600 === 0 ? ["hour", 3600] : seconds % 60 === 0 ? ["minute", 60] : ["second", 1];
  const style = { style: "unit", unit: String(unit), unitDisplay: "short" } as const;
  return new Intl.NumberFormat(i18n.language, style).format(seconds / Number(size));
}
