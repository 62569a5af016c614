/** Where the person is signed in, and how they end it elsewhere. */
import type { UserDevice } from "@pipit/protocol/models/device";
import { useClient, useEvent } from "@pipit/react";
import { Bell, Laptop, Monitor, Smartphone, Tablet } from "lucide-react";
import { type ReactNode, useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/dialog.tsx";
import { Failure } from "../ui/notices.tsx";
import { Section } from "../ui/pane.tsx";
import { RowSkeletons } from "../ui/spinner.tsx";
import { useToast } from "../ui/toasts.tsx";
import { useAttempt } from "../ui/use-attempt.ts";
import { useLoad } from "../ui/use-load.ts";
import { sayAgo } from "./say-ago.ts";

export function DevicesSection(): ReactNode {
  const { t } = useTranslation("settings");
  const { api, deviceId } = useClient();
  const ask = useCallback(async () => (await api.devices.list()).filter((device) => device.is_active), [api]);
  const { value: devices, error, reload, setValue } = useLoad(ask);
  const [leaving, setLeaving] = useState<readonly UserDevice[]>();
  const forget = (gone: ReadonlySet<string>): void =>
    setValue((before) => before?.filter((device) => !gone.has(device.device_id)));
  useEvent("device:logged-out", ({ device_id }) => forget(new Set([device_id])));
  if (error) return <Failure onRetry={reload} />;
  if (!devices) return <RowSkeletons count={4} />;
  const own = devices.filter((device) => device.device_id === deviceId);
  const others = devices.filter((device) => device.device_id !== deviceId);
  return (
    <>
      <Section title={t("devices.this")}>
        {own.map((device) => (
          <Device key={device.device_id} device={device} isOwn />
        ))}
        {others.length > 1 && (
          <Button look="danger" className="mt-3 w-full" onClick={() => setLeaving(others)}>
            {t("devices.logOutOthers")}
          </Button>
        )}
      </Section>
      <Section title={t("devices.others")}>
        {others.length === 0 && <p className="text-sm text-muted">{t("devices.none")}</p>}
        <ul>
          {others.map((device) => (
            <li key={device.device_id}>
              <Device device={device} onLogOut={() => setLeaving([device])} />
            </li>
          ))}
        </ul>
      </Section>
      {leaving && <LogOutOthers devices={leaving} onGone={forget} onClose={() => setLeaving(undefined)} />}
    </>
  );
}

const icons = { mobile: Smartphone, tablet: Tablet, desktop: Laptop, web: Monitor };

type DeviceProps = { device: UserDevice; isOwn?: boolean; onLogOut?(): void };

function Device({ device, isOwn = false, onLogOut }: DeviceProps): ReactNode {
  const { t, i18n } = useTranslation("settings");
  const Icon = icons[device.device_type];
  const when = sayAgo(device.last_active_at, i18n.language);
  return (
    <div className="flex items-center gap-4 py-2">
      <span
        aria-hidden
        className="flex size-11 shrink-0 items-center justify-center rounded-2xl bg-accent-soft text-accent"
      >
        <Icon className="size-5.5" />
      </span>
      <span className="min-w-0 flex-1">
        <span className="block truncate font-medium">
          <bdi>{device.device_name}</bdi>
        </span>
        <span className="block text-sm text-muted">
          {isOwn || when === undefined ? t("devices.now") : t("devices.active", { when })}
        </span>
      </span>
      {device.push_provider && (
        <span role="img" aria-label={t("devices.push")} title={t("devices.push")}>
          <Bell aria-hidden className="size-4 text-muted" />
        </span>
      )}
      {onLogOut && (
        <Button look="secondary" aria-label={t("devices.logOutName", { name: device.device_name })} onClick={onLogOut}>
          {t("devices.logOut")}
        </Button>
      )}
    </div>
  );
}

type LogOutProps = { devices: readonly UserDevice[]; onGone(ids: ReadonlySet<string>): void; onClose(): void };

function LogOutOthers({ devices, onGone, onClose }: LogOutProps): ReactNode {
  const { t } = useTranslation("settings");
  const { api } = useClient();
  const { attempt, isBusy } = useAttempt();
  const toast = useToast();
  const [first] = devices;
  const isOne = devices.length === 1;
  const logOut = async (): Promise<void> => {
    const gone = new Set<string>();
    // One after the other: what fails leaves the rest as they are, and the list says which.
    await attempt(async () => {
      for (const { device_id } of devices) gone.add((await api.devices.logout({ device_id })).device_id);
    });
    onGone(gone);
    if (gone.size > 0) toast({ text: t("devices.done", { count: gone.size }) });
    onClose();
  };
  return (
    <ConfirmDialog
      title={isOne ? t("devices.logOutTitle", { name: first?.device_name }) : t("devices.logOutOthersTitle")}
      description={t("devices.logOutText")}
      action={t("devices.logOut")}
      isDangerous
      isOpen
      isBusy={isBusy}
      onClose={onClose}
      onConfirm={() => void logOut()}
    />
  );
}
