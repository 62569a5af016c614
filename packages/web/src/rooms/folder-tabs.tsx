/** All rooms, those with something unread, groups, and the person's own folders. */
import { useSettings } from "@pipit/react";
import { type KeyboardEvent, type ReactNode, useRef } from "react";
import { useTranslation } from "react-i18next";
import { classNames } from "../ui/class-names.ts";
import type { Tab } from "./room-tabs.ts";

type FolderTabsProps = { tab: Tab; unread: number; panelId: string; onChange(tab: Tab): void };

export function FolderTabs({ tab, unread, panelId, onChange }: FolderTabsProps): ReactNode {
  const { t } = useTranslation("rooms");
  const folders = useSettings()?.folders ?? [];
  const row = useRef<HTMLDivElement>(null);
  const own = folders.map(({ id, name }) => ({ id, name }));
  const fixed = (["all", "unread", "groups"] as const).map((id) => ({ id: id as Tab, name: t(`tab.${id}`) }));
  const tabs = [...fixed, ...own];
  const move = (event: KeyboardEvent): void => {
    const isRtl = document.documentElement.dir === "rtl";
    const step = { ArrowRight: isRtl ? -1 : 1, ArrowLeft: isRtl ? 1 : -1 }[event.key];
    const place = tabs.findIndex(({ id }) => id === tab);
    const next = step === undefined ? undefined : tabs[(place + step + tabs.length) % tabs.length];
    if (!next) return;
    event.preventDefault();
    onChange(next.id);
    row.current?.querySelector<HTMLElement>(`[data-tab="${CSS.escape(next.id)}"]`)?.focus();
  };
  return (
    <div
      ref={row}
      role="tablist"
      aria-label={t("tabs")}
      onKeyDown={move}
      className="flex shrink-0 gap-2 overflow-x-auto px-4 py-2 [scrollbar-width:none]"
    >
      {tabs.map(({ id, name }) => (
        <button
          key={id}
          type="button"
          role="tab"
          data-tab={id}
          aria-selected={id === tab}
          aria-controls={panelId}
          tabIndex={id === tab ? 0 : -1}
          onClick={() => onChange(id)}
          className={classNames(
            "flex h-8 shrink-0 items-center pointer-coarse:h-10 gap-1.5 rounded-full px-3.5 text-sm font-medium whitespace-nowrap",
            id === tab ? "bg-accent-soft text-accent" : "bg-hover text-muted hover:text-ink",
          )}
        >
          {name}
          {id === "unread" && unread > 0 && <span className="text-xs font-bold">{unread}</span>}
        </button>
      ))}
    </div>
  );
}
