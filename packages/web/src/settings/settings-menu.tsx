/** The list of the settings' parts, the person on top. */
import { useSettings } from "@pipit/react";
import {
  Bell,
  ChevronRight,
  Folder,
  HardDrive,
  Info,
  Keyboard,
  Lock,
  LogOut,
  MessageSquare,
  MonitorSmartphone,
} from "lucide-react";
import { type ComponentType, type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useGo } from "../app/use-go.ts";
import { Avatar } from "../ui/avatar.tsx";
import { classNames } from "../ui/class-names.ts";
import { LogOutDialog } from "./log-out-dialog.tsx";
import type { SectionName } from "./section-names.ts";
import { useMe } from "./use-me.ts";

type Icon = ComponentType<{ className?: string }>;
type Listed = Exclude<SectionName, "profile" | "blocked">;

const parts: { name: Listed; icon: Icon; className?: string }[] = [
  { name: "notifications", icon: Bell },
  { name: "privacy", icon: Lock },
  { name: "chats", icon: MessageSquare },
  { name: "folders", icon: Folder },
  { name: "devices", icon: MonitorSmartphone },
  { name: "storage", icon: HardDrive },
  // Where there are no keys, there is nothing to know of them.
  { name: "shortcuts", icon: Keyboard, className: "pointer-coarse:hidden" },
  { name: "about", icon: Info },
];

export function SettingsMenu(): ReactNode {
  const { t } = useTranslation("settings");
  const go = useGo();
  const [isLeaving, setLeaving] = useState(false);
  return (
    <>
      <Person onOpen={() => go.side("settings", "profile")} />
      <ul className="px-2 pt-1">
        {parts.map(({ name, icon, className }) => (
          <li key={name} className={className}>
            <Row
              icon={icon}
              title={t(`sections.${name}`)}
              hint={t(`hints.${name}`)}
              onOpen={() => go.side("settings", name)}
            />
          </li>
        ))}
        <li className="mt-2 border-t border-line pt-2">
          <Row icon={LogOut} title={t("logOut.action")} isDangerous onOpen={() => setLeaving(true)} />
        </li>
      </ul>
      <LogOutDialog isOpen={isLeaving} onClose={() => setLeaving(false)} />
    </>
  );
}

function Person({ onOpen }: { onOpen(): void }): ReactNode {
  const { t } = useTranslation("settings");
  const me = useMe();
  const status = useSettings()?.status_message;
  return (
    <div className="px-2">
      <button
        type="button"
        onClick={onOpen}
        className="flex w-full items-center gap-4 rounded-2xl p-3 text-start hover:bg-hover"
      >
        <Avatar id={me.id} name={me.name} url={me.profile?.avatar_url} size={64} />
        <span className="min-w-0 flex-1">
          <span className="block truncate text-lg font-semibold">
            <bdi>{me.name}</bdi>
          </span>
          <span className="block truncate text-sm text-muted">
            <bdi>{status ?? t("sections.profile")}</bdi>
          </span>
        </span>
        <ChevronRight aria-hidden className="size-5 shrink-0 text-muted rtl:-scale-x-100" />
      </button>
    </div>
  );
}

type RowProps = { icon: Icon; title: string; hint?: string; isDangerous?: boolean; onOpen(): void };

function Row({ icon: Icon, title, hint, isDangerous = false, onOpen }: RowProps): ReactNode {
  return (
    <button
      type="button"
      onClick={onOpen}
      className={classNames(
        "flex min-h-14 w-full items-center gap-4 rounded-2xl px-3 py-2 text-start hover:bg-hover",
        isDangerous && "text-danger",
      )}
    >
      <span
        aria-hidden
        className={classNames(
          "flex size-10 shrink-0 items-center justify-center rounded-xl",
          isDangerous ? "bg-danger-soft" : "bg-accent-soft text-accent",
        )}
      >
        <Icon className="size-5" />
      </span>
      <span className="min-w-0 flex-1">
        <span className="block font-medium">{title}</span>
        {hint && <span className="block truncate text-sm text-muted">{hint}</span>}
      </span>
    </button>
  );
}
