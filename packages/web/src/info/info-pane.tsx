/** What is said about a room, beside its conversation: one panel at a time. */
import type { Room } from "@pipit/protocol/models/room";
import { useRoom } from "@pipit/react";
import { DoorOpen } from "lucide-react";
import { type ComponentType, lazy, type ReactNode, type RefObject, Suspense, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { type Panel, panels } from "../app/places.ts";
import { useGo } from "../app/use-go.ts";
import { EmptyState } from "../ui/notices.tsx";
import { PaneHeader } from "../ui/pane.tsx";
import { Loading } from "../ui/spinner.tsx";
import { RoomInfo } from "./room-info.tsx";

type PanelProps = { room: Room };

const Members = lazy(() => import("./members-panel.tsx").then((part) => ({ default: part.MembersPanel })));
const Invite = lazy(() => import("./invite-panel.tsx").then((part) => ({ default: part.InvitePanel })));
const Pins = lazy(() => import("./pins-panel.tsx").then((part) => ({ default: part.PinsPanel })));
const Starred = lazy(() => import("./starred-panel.tsx").then((part) => ({ default: part.StarredPanel })));
const MessageInfo = lazy(() => import("./message-info.tsx").then((part) => ({ default: part.MessageInfo })));
const MediaGallery = lazy(() => import("../media/media-gallery.tsx").then((part) => ({ default: part.MediaGallery })));

const shown: Record<Panel, ComponentType<PanelProps>> = {
  info: RoomInfo,
  members: Members,
  media: ({ room }) => <MediaGallery roomId={room.id} />,
  pins: Pins,
  starred: Starred,
  message: MessageInfo,
  invite: Invite,
};

/** What one of these names; anything else is the room itself. */
function toPanel(name: string): Panel {
  return panels.find((panel) => panel === name) ?? "info";
}

export function InfoPane({ roomId, panel: name }: { roomId: string; panel: string }): ReactNode {
  const { t } = useTranslation("info");
  const go = useGo();
  const { room, isLoading } = useRoom(roomId);
  const panel = toPanel(name);
  const Panel = shown[panel];
  const isWithin = panel !== "info" && panel !== "message";
  return (
    <>
      <PaneHeader
        title={panel === "info" ? (room ? t(`title.${room.type}`) : "") : t(`title.${panel}`)}
        onBack={isWithin ? () => go.panel("info") : undefined}
        onClose={() => go.panel(undefined)}
      />
      <div ref={useFocusOnChange(panel)} tabIndex={-1} className="flex min-h-0 flex-1 flex-col outline-none">
        {room ? (
          <Suspense fallback={<Loading />}>
            <Panel room={room} />
          </Suspense>
        ) : isLoading ? (
          <Loading />
        ) : (
          <EmptyState icon={DoorOpen} title={t("gone.title")} text={t("gone.text")} />
        )}
      </div>
    </>
  );
}

/** What had the focus goes with the panel it stood in: keys go on in the one that took its place. */
function useFocusOnChange(panel: Panel): RefObject<HTMLDivElement | null> {
  const element = useRef<HTMLDivElement>(null);
  const before = useRef(panel);
  useEffect(() => {
    if (before.current !== panel) element.current?.focus({ preventScroll: true });
    before.current = panel;
  }, [panel]);
  return element;
}
