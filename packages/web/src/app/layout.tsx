/** Columns: rooms at the left, a conversation, and what is said about it at the right; on a phone one of them. */
import { lazy, type ReactNode, Suspense } from "react";
import { RoomsPane } from "../rooms/rooms-pane.tsx";
import { Loading } from "../ui/spinner.tsx";
import { useIsPhone } from "../ui/use-media-query.ts";
import { Later } from "./later.tsx";
import { Offline } from "./offline.tsx";
import { usePlace } from "./use-go.ts";
import { Welcome } from "./welcome.tsx";

const SidePane = lazy(() => import("./side-pane.tsx").then((pane) => ({ default: pane.SidePane })));
const ConversationPane = lazy(() =>
  import("../conversation/conversation-pane.tsx").then((pane) => ({ default: pane.ConversationPane })),
);
const InfoPane = lazy(() => import("../info/info-pane.tsx").then((pane) => ({ default: pane.InfoPane })));
const MediaViewer = lazy(() => import("../media/media-viewer.tsx").then((viewer) => ({ default: viewer.MediaViewer })));

export function Layout(): ReactNode {
  const { roomId, side, panel, view } = usePlace();
  const isPhone = useIsPhone();
  const shown = {
    side: !isPhone || !roomId || side,
    room: !isPhone || (roomId && !side && !panel),
    panel: roomId && panel,
  };
  // On a phone, whatever stands there is what it is about.
  const Columns = shown.room ? "div" : "main";
  return (
    <div className="flex h-full flex-col bg-canvas">
      <Later />
      <Offline />
      <Columns className="flex min-h-0 flex-1">
        {shown.side && !(isPhone && shown.panel) && (
          <nav className="flex w-full shrink-0 flex-col border-line bg-surface md:w-[22rem] md:border-e lg:w-[25rem]">
            <Suspense fallback={<Loading />}>{side ? <SidePane side={side} /> : <RoomsPane />}</Suspense>
          </nav>
        )}
        {shown.room && (
          <main className="flex min-w-0 flex-1 flex-col">
            <Suspense fallback={<Loading />}>
              {roomId ? <ConversationPane key={roomId} roomId={roomId} /> : <Welcome />}
            </Suspense>
          </main>
        )}
        {roomId && panel && (
          <aside className="flex w-full shrink-0 flex-col border-line bg-surface md:w-[22rem] md:border-s">
            <Suspense fallback={<Loading />}>
              <InfoPane key={roomId} roomId={roomId} panel={panel} />
            </Suspense>
          </aside>
        )}
      </Columns>
      {roomId && view && (
        <Suspense fallback={null}>
          <MediaViewer roomId={roomId} messageId={view} />
        </Suspense>
      )}
    </div>
  );
}
