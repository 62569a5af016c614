/** A message whose medium may be opened once, in its bubble. */
import { useClient } from "@pipit/react";
import { type ReactNode, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import type { MediaMessage } from "./media-shape.ts";
import { askToOpen } from "./open-once.ts";
import { onceShape, ViewOnceSeal } from "./view-once-seal.tsx";

type ViewOnceBoxProps = { message: MediaMessage; isOwn: boolean; onOpen(): void };

export function ViewOnceBox({ message, isOwn, onOpen }: ViewOnceBoxProps): ReactNode {
  const { t } = useTranslation("media");
  const { userId } = useClient();
  const me = useSyncExternalStore(userId.subscribe, userId.getSnapshot);
  const shape = onceShape(message.message_type);
  const openedBy = message.view_once?.opened_by ?? [];
  if (isOwn) {
    const note = openedBy.length > 0 ? t("openedBy", { count: openedBy.length }) : undefined;
    return (
      <ViewOnceSeal
        shape={shape}
        note={message.is_media_removed ? (note ?? t("expired")) : note}
        isOver={openedBy.length > 0}
      />
    );
  }
  if (me !== undefined && openedBy.includes(me)) return <ViewOnceSeal shape={shape} note={t("opened")} isOver />;
  if (message.is_media_removed) return <ViewOnceSeal shape={shape} note={t("expired")} isOver />;
  return (
    <button
      type="button"
      className="block rounded-xl transition hover:brightness-95"
      onClick={() => {
        askToOpen(message.id);
        onOpen();
      }}
    >
      <ViewOnceSeal shape={shape} note={t("openOnce")} />
    </button>
  );
}
