/** The pictures and films of a room around one of them: what the room has loaded, and pages of what it has not. */
import type { PipitClient } from "@pipit/client";
import type { Message } from "@pipit/protocol/models/message";
import { useClient, useMessages } from "@pipit/react";
import { useCallback, useEffect, useMemo, useState } from "react";
import { isViewable } from "./media-shape.ts";

export type ViewerItems = {
  /** In the order of the room; the one that was asked for among them as soon as it is known. */
  items: readonly Message[];
  status: "loading" | "ready" | "missing" | "failed";
  /** There may be more before the first, or after the last. */
  hasOlder: boolean;
  hasNewer: boolean;
  loadOlder(): Promise<void>;
  loadNewer(): Promise<void>;
  retry(): void;
};

/** Messages that were asked for, without a gap between them. */
type Segment = { messages: readonly Message[]; isStart: boolean; isEnd: boolean };

const pageSize = 100;
/** How many pages without a picture are looked through before somebody has to ask again. */
const mostPages = 5;

export function useViewerItems(roomId: string, messageId: string): ViewerItems {
  const { api } = useClient();
  const { items: recent, isLoading } = useMessages(roomId);
  const [segment, setSegment] = useState<Segment>();
  const [failure, setFailure] = useState<"missing" | "failed">();
  const [turn, setTurn] = useState(0);
  const isRecent = recent.some((message) => message.id === messageId);
  const isKnown = isRecent || segment !== undefined;
  useEffect(() => {
    void turn;
    if (isKnown || isLoading) return undefined;
    let isOver = false;
    api.messages.get({ message_id: messageId }).then(
      (message) => isOver || setSegment({ messages: [message], isStart: false, isEnd: false }),
      (error: { code?: string }) => isOver || setFailure(error.code === "not_found" ? "missing" : "failed"),
    );
    return () => {
      isOver = true;
    };
  }, [api, messageId, isKnown, isLoading, turn]);
  const all = useMemo(() => join(segment, recent), [segment, recent]);
  const { loadOlder, loadNewer } = useLoaders(api, roomId, all, setSegment);
  const items = useMemo(() => all.messages.filter((one) => isViewable(one) || one.id === messageId), [all, messageId]);
  const retry = useCallback(() => {
    setFailure(undefined);
    setTurn((before) => before + 1);
  }, []);
  const status = isKnown ? "ready" : (failure ?? "loading");
  return useMemo(
    () => ({ items, status, hasOlder: !all.isStart, hasNewer: !all.isEnd, loadOlder, loadNewer, retry }),
    [items, status, all, loadOlder, loadNewer, retry],
  );
}

/** What the room has loaded is the newest there is; where it and the segment touch, they are one. */
function join(segment: Segment | undefined, recent: readonly Message[]): Segment {
  const [firstRecent] = recent;
  if (!segment) return { messages: recent, isStart: false, isEnd: true };
  const last = segment.messages.at(-1);
  const isApart = !segment.isEnd && last && firstRecent && last.sequence_number < firstRecent.sequence_number - 1;
  if (isApart || !firstRecent) return segment;
  const known = new Set(recent.map((message) => message.id));
  const older = segment.messages.filter((message) => !known.has(message.id));
  return { messages: [...older, ...recent], isStart: segment.isStart, isEnd: true };
}

type SetSegment = (segment: Segment) => void;

function useLoaders(
  api: PipitClient["api"],
  roomId: string,
  all: Segment,
  setSegment: SetSegment,
): Pick<ViewerItems, "loadOlder" | "loadNewer"> {
  const loadOlder = useCallback(async () => {
    let { messages, isStart } = all;
    for (let page = 0; page < mostPages && !isStart; page += 1) {
      const before = messages[0]?.sequence_number;
      const { items } = await api.messages.list({ room_id: roomId, before, limit: pageSize });
      isStart = items.length === 0;
      messages = [...items, ...messages];
      if (items.some(isViewable)) break;
    }
    setSegment({ messages, isStart, isEnd: all.isEnd });
  }, [api, roomId, all, setSegment]);
  const loadNewer = useCallback(async () => {
    let { messages, isEnd } = all;
    for (let page = 0; page < mostPages && !isEnd; page += 1) {
      const after = messages.at(-1)?.sequence_number;
      const { items } = await api.messages.list({ room_id: roomId, after, limit: pageSize });
      isEnd = items.length === 0;
      messages = [...messages, ...items];
      if (items.some(isViewable)) break;
    }
    setSegment({ messages, isStart: all.isStart, isEnd });
  }, [api, roomId, all, setSegment]);
  return { loadOlder, loadNewer };
}
