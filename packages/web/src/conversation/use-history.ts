/** A room's messages as far as they are wanted: the newest, as the SDK keeps them, and any part of what was before. */
import type { MessageItem } from "@pipit/client";
import { useClient, useEvent, useMessages } from "@pipit/react";
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useAttempt } from "../ui/use-attempt.ts";
import {
  applyAccount,
  beginning,
  endOf,
  extend,
  joinSegment,
  reactIn,
  replaceIn,
  type Segment,
  toItem,
  trim,
  voteIn,
} from "./history-segment.ts";

export type History = {
  items: readonly MessageItem[];
  /** The newest, whatever part is shown. */
  newest: readonly MessageItem[];
  /** Another number when other messages have taken the place of all that were there. */
  epoch: number;
  /** Nothing can be shown yet. */
  isLoading: boolean;
  error: Error | undefined;
  hasOlder: boolean;
  hasNewer: boolean;
  isLoadingOlder: boolean;
  isLoadingNewer: boolean;
  loadOlder(): void;
  loadNewer(): void;
  /** Brings the place of a sequence into the items. @returns false if that could not be done */
  reach(sequence: number): Promise<boolean>;
  toNewest(): void;
};

const pageSize = 60;
/** What is further back than so many, the SDK need not hold: one who scrolls for an hour has a part of it at a time. */
const mostLive = 300;

/** @param isLeft the user is not in the room any more: the SDK has nothing of it, the server what they could see */
export function useHistory(roomId: string, me: string, isLeft: boolean): History {
  const live = useMessages(isLeft ? undefined : roomId, { pageSize: 100 });
  const [segment, setSegment] = useState<Segment>();
  const [epoch, setEpoch] = useState(0);
  useSegmentEvents(roomId, me, setSegment);
  const items = useMemo(() => joinSegment(segment, live.items), [segment, live.items]);
  const replace = useCallback((next: Segment | undefined) => {
    setSegment(next);
    setEpoch((before) => before + 1);
  }, []);
  const pages = useSegmentPages({ roomId, me, segment, setSegment, live: live.items });
  const reach = useReach({ roomId, me, items, live: live.items, replace });
  const toNewest = useCallback(() => replace(undefined), [replace]);
  const leftError = useLeftRoom(isLeft, roomId, me, replace);
  const { loadOlder: loadLive } = live;
  const isLiveFull = live.items.length >= mostLive;
  return useMemo<History>(
    () => ({
      items,
      newest: live.items,
      epoch,
      isLoading: isLeft ? segment === undefined && !leftError : live.isLoading && !segment,
      error: leftError ?? live.error ?? pages.error,
      hasOlder: segment ? segment.hasOlder : !isLeft && !live.isComplete,
      hasNewer: segment !== undefined && !segment.isJoined,
      isLoadingOlder: live.isLoadingOlder || pages.loading === "older",
      isLoadingNewer: pages.loading === "newer",
      loadOlder: segment || isLiveFull ? pages.loadOlder : () => void loadLive(),
      loadNewer: pages.loadNewer,
      reach,
      toNewest,
    }),
    [items, live, epoch, isLeft, segment, leftError, pages, loadLive, isLiveFull, reach, toNewest],
  );
}

function useSegmentEvents(
  roomId: string,
  me: string,
  setSegment: (change: (before: Segment | undefined) => Segment | undefined) => void,
): void {
  const fold = (room: string, work: (segment: Segment) => Segment): void => {
    if (room === roomId) setSegment((before) => before && work(before));
  };
  useEvent("message:edit:update", (message) => fold(message.room_id, (part) => replaceIn(part, message, me)));
  useEvent("message:delete:update", (message) => fold(message.room_id, (part) => replaceIn(part, message, me)));
  useEvent("message:reaction:update", (event) => fold(event.room_id, (part) => reactIn(part, event, me)));
  useEvent("message:poll:update", (event) => fold(event.room_id, (part) => voteIn(part, event, me)));
  useEvent("account:update", (event) => {
    if ("room_id" in event) fold(event.room_id, (part) => applyAccount(part, event));
  });
}

type PagesParts = {
  roomId: string;
  me: string;
  segment: Segment | undefined;
  setSegment(change: (before: Segment | undefined) => Segment | undefined): void;
  live: readonly MessageItem[];
};

type Pages = {
  loading: "older" | "newer" | undefined;
  error: Error | undefined;
  loadOlder(): void;
  loadNewer(): void;
};

function useSegmentPages({ roomId, me, segment, setSegment, live }: PagesParts): Pages {
  const { api } = useClient();
  const [loading, setLoading] = useState<"older" | "newer">();
  const [error, setError] = useState<Error>();
  const newestLive = useRef(live);
  useEffect(() => {
    newestLive.current = live;
  });
  useRejoining(live, setSegment);
  const grown = useRef<"older" | "newer">(undefined);
  // In a drawing of its own: the list can keep its place over what comes or goes at one end, not at both.
  useLayoutEffect(() => {
    const way = grown.current;
    if (!segment || !way) return;
    grown.current = undefined;
    setSegment((known) => known && trim(known, way, newestLive.current));
  }, [segment, setSegment]);
  const oldest = endOf(segment, live, "older");
  const newest = endOf(segment, live, "newer");
  const load = useCallback(
    async (way: "older" | "newer") => {
      const end = way === "older" ? oldest : newest;
      if (!end || loading) return;
      setLoading(way);
      try {
        const from = way === "older" ? { before: end.sequence_number } : { after: end.sequence_number };
        const page = await api.messages.list({ room_id: roomId, limit: pageSize, ...from });
        const found = page.items.map((message) => toItem(message, me));
        grown.current = way;
        setSegment((before) => {
          // Another part may have been opened meanwhile.
          if (endOf(before, newestLive.current, way)?.id !== end.id) return before;
          return extend(before ?? beginning, found, way, page.pagination.has_more, newestLive.current);
        });
        setError(undefined);
      } catch (failure) {
        setError(failure instanceof Error ? failure : new Error(String(failure)));
      } finally {
        setLoading(undefined);
      }
    },
    [api, roomId, me, oldest, newest, setSegment, loading],
  );
  return useMemo(
    () => ({ loading, error, loadOlder: () => void load("older"), loadNewer: () => void load("newer") }),
    [loading, error, load],
  );
}

/** The SDK may begin anew from the newest, after a long time offline: what is between is to be fetched. */
function useRejoining(live: readonly MessageItem[], setSegment: PagesParts["setSegment"]): void {
  const liveFirst = live[0]?.sequence_number ?? 0;
  const before = useRef(liveFirst);
  useEffect(() => {
    const isAnew = before.current > 0 && liveFirst > before.current;
    before.current = liveFirst;
    if (isAnew) setSegment((known) => (known?.items.length ? { ...known, isJoined: false } : undefined));
  }, [liveFirst, setSegment]);
}

type ReachParts = {
  roomId: string;
  me: string;
  items: readonly MessageItem[];
  live: readonly MessageItem[];
  replace(segment: Segment | undefined): void;
};

function useReach({ roomId, me, items, live, replace }: ReachParts): (sequence: number) => Promise<boolean> {
  const { api } = useClient();
  const { attempt } = useAttempt();
  const newest = useRef({ items, live });
  useEffect(() => {
    newest.current = { items, live };
  });
  return useCallback(
    async (sequence: number) => {
      const known = newest.current;
      if (isWithin(known.items, sequence)) return true;
      if (isWithin(known.live, sequence)) {
        replace(undefined);
        return true;
      }
      const page = await attempt(() => api.messages.list({ room_id: roomId, around: sequence, limit: pageSize }));
      if (!page) return false;
      const found = page.items.map((message) => toItem(message, me));
      const older = found.filter((item) => item.sequence_number < sequence).length;
      const liveFirst = newest.current.live[0]?.sequence_number ?? Infinity;
      const last = found.at(-1)?.sequence_number ?? 0;
      const hasNewer = found.length - older >= pageSize / 2 && last < liveFirst - 1;
      replace({ items: found, hasOlder: older >= pageSize / 2, isJoined: !hasNewer });
      return found.length > 0;
    },
    [api, roomId, me, attempt, replace],
  );
}

function isWithin(items: readonly MessageItem[], sequence: number): boolean {
  const [first] = items;
  const last = items.at(-1);
  return (
    first !== undefined && last !== undefined && first.sequence_number <= sequence && sequence <= last.sequence_number
  );
}

/** Of a room that was left, the newest page is fetched as one of the past. */
function useLeftRoom(
  isLeft: boolean,
  roomId: string,
  me: string,
  replace: (segment: Segment) => void,
): Error | undefined {
  const { api } = useClient();
  const [error, setError] = useState<Error>();
  useEffect(() => {
    if (!isLeft) return;
    let isWanted = true;
    api.messages.list({ room_id: roomId, limit: pageSize }).then(
      ({ items, pagination }) => {
        if (!isWanted) return;
        const found = items.map((message) => toItem(message, me));
        replace({ items: found, hasOlder: pagination.has_more, isJoined: true });
      },
      (failure: unknown) => isWanted && setError(failure instanceof Error ? failure : new Error(String(failure))),
    );
    return () => {
      isWanted = false;
    };
  }, [api, isLeft, roomId, me, replace]);
  return error;
}
