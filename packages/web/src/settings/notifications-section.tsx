/** How the person is told of messages: on this device, and on all of them. */
import { useClient } from "@pipit/react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { type NotifySettings, readNotifySettings, saveNotifySettings } from "../notify/notify-settings.ts";
import { playTone } from "../notify/play-tone.ts";
import { usePushSwitch } from "../notify/use-push-switch.ts";
import { useIdentity } from "../session/session.tsx";
import { Button } from "../ui/button.tsx";
import { Section } from "../ui/pane.tsx";
import { Switch } from "../ui/switch.tsx";
import { useToast } from "../ui/toasts.tsx";
import { useAttempt } from "../ui/use-attempt.ts";
import { useSetting } from "./use-setting.ts";

export function NotificationsSection(): ReactNode {
  const { t } = useTranslation("settings");
  return (
    <>
      <Section title={t("notifications.onDevice")}>
        <PushSwitch />
        <DeviceSwitches />
      </Section>
      <Section title={t("notifications.account")}>
        <MentionsSwitch />
      </Section>
    </>
  );
}

function PushSwitch(): ReactNode {
  const { t } = useTranslation("settings");
  const client = useClient();
  const { userId } = useIdentity();
  const { state, isPossible, isBusy, turnOn, turnOff } = usePushSwitch(client, userId);
  const isOpen = isPossible && (state === "on" || state === "off");
  const why = state === "blocked" ? "denied" : "unsupported";
  return (
    <>
      <Switch
        label={t("notifications.push")}
        hint={t("notifications.pushHint")}
        isOn={state === "on"}
        isDisabled={!isOpen || isBusy}
        onChange={(isOn) => void (isOn ? turnOn() : turnOff())}
      />
      {(state === "blocked" || state === "unsupported") && (
        <p role="note" className="mb-2 rounded-xl bg-warning-soft px-4 py-3 text-sm text-warning">
          {t(`notifications.${why}`)}
        </p>
      )}
      {state === "on" && <TestButton />}
    </>
  );
}

function TestButton(): ReactNode {
  const { t } = useTranslation("settings");
  const { api, deviceId } = useClient();
  const { attempt, isBusy } = useAttempt();
  const toast = useToast();
  const send = async (): Promise<void> => {
    if (deviceId === undefined) return;
    const sent = await attempt(() => api.devices.testPush({ device_id: deviceId }));
    if (sent?.result === "sent") toast({ text: t("notifications.testSent") });
    else if (sent)
      toast({ text: t("notifications.testFailed", { detail: sent.detail ?? sent.result }), isError: true });
  };
  return (
    <Button look="secondary" className="mb-2" isBusy={isBusy} onClick={() => void send()}>
      {t("notifications.test")}
    </Button>
  );
}

function DeviceSwitches(): ReactNode {
  const { t } = useTranslation("settings");
  const { attempt } = useAttempt();
  const [settings, setSettings] = useState(readNotifySettings);
  const change = (changes: Partial<NotifySettings>): void => {
    const now = { ...settings, ...changes };
    setSettings(now);
    void attempt(() => saveNotifySettings(now, t("notifications.newMessage")));
    if (changes.hasSounds) playTone();
  };
  return (
    <>
      <Switch
        label={t("notifications.previews")}
        hint={t("notifications.previewsHint")}
        isOn={settings.hasPreviews}
        onChange={(hasPreviews) => change({ hasPreviews })}
      />
      <Switch
        label={t("notifications.sounds")}
        hint={t("notifications.soundsHint")}
        isOn={settings.hasSounds}
        onChange={(hasSounds) => change({ hasSounds })}
      />
    </>
  );
}

function MentionsSwitch(): ReactNode {
  const { t } = useTranslation("settings");
  const { api } = useClient();
  const { value, change } = useSetting(
    (settings) => settings.chats.mentions_pierce_mute,
    (mentions_pierce_mute) => api.chats.setSettings({ mentions_pierce_mute }),
  );
  return (
    <Switch
      label={t("notifications.mentions")}
      hint={t("notifications.mentionsHint")}
      isOn={value ?? true}
      isDisabled={value === undefined}
      onChange={(isOn) => void change(isOn)}
    />
  );
}
