/** What has been sent in a room: pictures and films, links, documents. */
import { Tabs } from "radix-ui";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { GalleryDocuments } from "./gallery-documents.tsx";
import { GalleryGrid } from "./gallery-grid.tsx";
import { GalleryLinks } from "./gallery-links.tsx";

const tabs = ["media", "links", "documents"] as const;

export function MediaGallery({ roomId }: { roomId: string }): ReactNode {
  const { t } = useTranslation("media");
  return (
    <Tabs.Root
      defaultValue="media"
      dir={document.dir === "rtl" ? "rtl" : "ltr"}
      className="flex h-full min-h-0 flex-1 flex-col"
    >
      <Tabs.List aria-label={t("kinds")} className="flex shrink-0 gap-1 border-b border-line px-3">
        {tabs.map((tab) => (
          <Tabs.Trigger
            key={tab}
            value={tab}
            className="min-h-11 flex-1 border-b-2 border-transparent px-2 text-sm font-semibold text-muted hover:text-ink data-[state=active]:border-accent data-[state=active]:text-accent"
          >
            {t(`tabs.${tab}`)}
          </Tabs.Trigger>
        ))}
      </Tabs.List>
      <Tabs.Content value="media" className="min-h-0 flex-1 overflow-y-auto">
        <GalleryGrid roomId={roomId} />
      </Tabs.Content>
      <Tabs.Content value="links" className="min-h-0 flex-1 overflow-y-auto">
        <GalleryLinks roomId={roomId} />
      </Tabs.Content>
      <Tabs.Content value="documents" className="min-h-0 flex-1 overflow-y-auto">
        <GalleryDocuments roomId={roomId} />
      </Tabs.Content>
    </Tabs.Root>
  );
}
