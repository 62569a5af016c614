/** The settings: a list of their parts, or one of them. */
import { type ComponentType, type ReactNode, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useGo, usePlace } from "../app/use-go.ts";
import { PaneHeader } from "../ui/pane.tsx";
import { AboutSection } from "./about-section.tsx";
import { BlockedSection } from "./blocked-section.tsx";
import { ChatsSection } from "./chats-section.tsx";
import { DevicesSection } from "./devices-section.tsx";
import { FoldersSection } from "./folders-section.tsx";
import { NotificationsSection } from "./notifications-section.tsx";
import { PrivacySection } from "./privacy-section.tsx";
import { ProfileSection } from "./profile-section.tsx";
import { findSectionName, type SectionName } from "./section-names.ts";
import { SettingsMenu } from "./settings-menu.tsx";
import { ShortcutsSection } from "./shortcuts-section.tsx";
import { StorageSection } from "./storage-section.tsx";

const sections: Record<SectionName, ComponentType> = {
  profile: ProfileSection,
  notifications: NotificationsSection,
  privacy: PrivacySection,
  blocked: BlockedSection,
  chats: ChatsSection,
  folders: FoldersSection,
  devices: DevicesSection,
  storage: StorageSection,
  shortcuts: ShortcutsSection,
  about: AboutSection,
};

/** Where the arrow leads, if not to the list. */
const parents: Partial<Record<SectionName, SectionName>> = { blocked: "privacy" };

export function SettingsPane(): ReactNode {
  const { t } = useTranslation("settings");
  const go = useGo();
  const name = findSectionName(usePlace().section);
  const Part = name ? sections[name] : SettingsMenu;
  const place = useRef<HTMLDivElement>(null);
  // Screen readers and keys go on where the new part begins.
  useEffect(() => {
    void name;
    place.current?.focus({ preventScroll: true });
  }, [name]);
  return (
    <div ref={place} tabIndex={-1} className="flex min-h-0 flex-1 flex-col outline-none">
      <PaneHeader
        title={t(name ? `sections.${name}` : "title")}
        onBack={() => (name ? go.side("settings", parents[name]) : go.side(undefined))}
      />
      <div className="min-h-0 flex-1 overflow-y-auto overscroll-contain pb-8">
        <Part key={name ?? "menu"} />
      </div>
    </div>
  );
}
