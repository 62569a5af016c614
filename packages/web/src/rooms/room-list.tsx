/** Rows of rooms, as many as there are: only those in view are drawn. */
import type { Room } from "@pipit/protocol/models/room";
import { type KeyboardEvent, lazy, type ReactNode, Suspense, useCallback, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { VList, type VListHandle } from "virtua";
import { useGo, usePlace } from "../app/use-go.ts";
import type { RoomQuestion } from "../conversation/use-room-menu.ts";
import { RoomRow, roomRowHeight } from "./room-row.tsx";
import { titleOf } from "./room-title.ts";

const RoomDialogs = lazy(() =>
  import("../conversation/room-dialogs.tsx").then((dialogs) => ({ default: dialogs.RoomDialogs })),
);

type RoomListProps = {
  rooms: readonly Room[];
  label: string;
  /** Rows of another kind above them. */
  before?: ReactNode;
  after?: ReactNode;
  /** What stands at the left stays when a room is opened. */
  keepsSide?: boolean;
  onOpened?(): void;
};

type Question = { room: Room; question: RoomQuestion };

/** Tab leads to one row; arrows move between them. */
export function RoomList({ rooms, label, before, after, keepsSide = false, onOpened }: RoomListProps): ReactNode {
  const go = useGo();
  const { roomId } = usePlace();
  const [question, setQuestion] = useState<Question>();
  const [focused, setFocused] = useState<string>();
  const list = useRef<VListHandle>(null);
  const open = useCallback(
    (id: string) => {
      setFocused(id);
      go.room(id, { keepSide: keepsSide });
      onOpened?.();
    },
    [go, keepsSide, onOpened],
  );
  const ask = useCallback((room: Room, asked: RoomQuestion) => setQuestion({ room, question: asked }), []);
  const reachable = [focused, roomId, rooms[0]?.id].find((id) => rooms.some((room) => room.id === id));
  const offset = before ? 1 : 0;
  const move = (event: KeyboardEvent<HTMLElement>): void => {
    const place = placeAfter(event, rooms);
    const room = place === undefined ? undefined : rooms[place];
    if (place === undefined || !room) return;
    event.preventDefault();
    setFocused(room.id);
    list.current?.scrollToIndex(place + offset, { align: "nearest" });
    focusRow(room.id);
  };
  return (
    <>
      <div role="list" aria-label={label} className="min-h-0 flex-1" onKeyDown={move}>
        <VList ref={list} itemSize={roomRowHeight} bufferSize={roomRowHeight * 4} className="h-full pb-2">
          {before ? <div key="before">{before}</div> : null}
          {rooms.map((room) => (
            <RoomRow
              key={room.id}
              room={room}
              isSelected={room.id === roomId}
              isReachable={room.id === reachable}
              onOpen={open}
              onAsk={ask}
            />
          ))}
          {after ? <div key="after">{after}</div> : null}
        </VList>
      </div>
      {question && (
        <Suspense fallback={null}>
          <RoomDialogs
            room={question.room}
            title={titleOf(question.room).title}
            peerId={titleOf(question.room).peerId}
            question={question.question}
            onClose={() => setQuestion(undefined)}
          />
        </Suspense>
      )}
    </>
  );
}

/** Where an arrow leads from the row that has the focus. */
function placeAfter({ key, target }: KeyboardEvent<HTMLElement>, rooms: readonly Room[]): number | undefined {
  const id = (target as HTMLElement).dataset.room;
  const place = id === undefined ? -1 : rooms.findIndex((room) => room.id === id);
  if (place < 0) return undefined;
  if (key === "ArrowDown") return Math.min(place + 1, rooms.length - 1);
  if (key === "ArrowUp") return Math.max(place - 1, 0);
  if (key === "Home") return 0;
  if (key === "End") return rooms.length - 1;
  return undefined;
}

/** A row far away is drawn a moment after it has been scrolled to, and hidden until it has been measured. */
function focusRow(roomId: string, framesLeft = 30): void {
  requestAnimationFrame(() => {
    const row = document.querySelector<HTMLElement>(`[data-room="${CSS.escape(roomId)}"]`);
    row?.focus({ preventScroll: true });
    if (document.activeElement !== row && framesLeft > 0) focusRow(roomId, framesLeft - 1);
  });
}

/** Says that there is nothing, in the place of rows. */
export function NoRows({ children }: { children: ReactNode }): ReactNode {
  const { t } = useTranslation("rooms");
  return <p className="px-8 py-10 text-center text-sm text-muted">{children ?? t("nothing")}</p>;
}
