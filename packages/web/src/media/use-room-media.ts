/** What a room's messages carry, the newest first: pages of the room are looked through, for there is no other way. */
import type { Message } from "@pipit/protocol/models/message";
import { useClient, useMessages } from "@pipit/react";
import { useCallback, useMemo, useRef, useState } from "react";

export type RoomMedia = {
  /** The newest first. */
  messages: readonly Message[];
  isLoading: boolean;
  /** All of the room has been looked through. */
  isComplete: boolean;
  isLoadingMore: boolean;
  /** The last step found nothing: whoever wants to know of what is older still has to say so. */
  isLong: boolean;
  error: Error | undefined;
  /** Looks further back, until something has been found, or for a while. */
  loadMore(): Promise<void>;
};

type Older = { messages: readonly Message[]; isComplete: boolean; isLong: boolean };

const pageSize = 100;
/** What one step looks through at most. */
const mostPages = 8;
/** How many one step is to find. */
const enough = 24;
const none: Older = { messages: [], isComplete: false, isLong: false };

/** @param isWanted the same function as long as the question is the same */
export function useRoomMedia(roomId: string, isWanted: (message: Message) => boolean): RoomMedia {
  const { api } = useClient();
  const { items, isComplete, isLoading } = useMessages(roomId);
  const [older, setOlder] = useState(none);
  const [isLoadingMore, setLoadingMore] = useState(false);
  const [error, setError] = useState<Error>();
  const running = useRef(false);
  const first = older.messages[0]?.sequence_number ?? items[0]?.sequence_number;
  const loadMore = useCallback(async () => {
    if (running.current || first === undefined) return;
    running.current = true;
    setLoadingMore(true);
    setError(undefined);
    try {
      let found: Message[] = [];
      let before = first;
      let isAll = false;
      for (let page = 0; page < mostPages && !isAll && found.filter(isWanted).length < enough; page += 1) {
        const answer = await api.messages.list({ room_id: roomId, before, limit: pageSize });
        found = [...answer.items, ...found];
        before = answer.items[0]?.sequence_number ?? before;
        isAll = answer.items.length === 0;
      }
      const isLong = !found.some(isWanted);
      setOlder((known) => ({ messages: [...found, ...known.messages], isComplete: isAll, isLong }));
    } catch (failure) {
      setError(failure instanceof Error ? failure : new Error(String(failure)));
    } finally {
      running.current = false;
      setLoadingMore(false);
    }
  }, [api, roomId, first, isWanted]);
  const messages = useMemo(() => {
    const recent = new Set(items.map((message) => message.id));
    const all = [...older.messages.filter((message) => !recent.has(message.id)), ...items];
    return all.filter((message) => !message.is_deleted && isWanted(message)).reverse();
  }, [items, older, isWanted]);
  const isAll = isComplete || older.isComplete || (!isLoading && first === undefined);
  return { messages, isLoading, isComplete: isAll, isLoadingMore, isLong: older.isLong, error, loadMore };
}
