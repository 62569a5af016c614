/** Where a conversation is scrolled to: at its bottom, where reading left off, or at a message that was asked for. */
import { type RefObject, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { VirtualizerHandle } from "virtua";
import { flash, whenDrawn } from "./find-row-element.ts";
import { holdPlace } from "./hold-place.ts";
import type { Row } from "./rows.ts";
import type { History } from "./use-history.ts";
import { type Newest, useInView, useNewest } from "./use-in-view.ts";

/** Where to go as soon as it is among the rows. */
type Goal = { kind: "bottom" } | { kind: "unread" } | { kind: "message"; sequence: number } | { kind: "awaited" };

type ScrollParts = {
  rows: readonly Row[];
  history: History;
  /** Where reading left off; undefined when nothing is new. */
  unreadAfter: number | undefined;
  /** The sequence of a message to begin at. */
  startAt: number | undefined;
};

export type ListScroll = {
  list: RefObject<VirtualizerHandle | null>;
  scroller: RefObject<HTMLDivElement | null>;
  /** It stands where it should: until then it is not shown. */
  isPlaced: boolean;
  /** The newest is far below. */
  isAway: boolean;
  /** When the first message in view was said. */
  topAt: string | undefined;
  /** The sequence of the newest message that has been in view. */
  seen: number;
  onScroll(offset: number): void;
  onResize(): void;
  jump(sequence: number): Promise<void>;
  toBottom(): void;
};

/** So near to an end, what follows it is loaded. */
const nearPx = 1_500;
const bottomPx = 48;
const awayPx = 350;

/** What a scroll is worked out from: kept out of the drawing, since it changes many times between two drawings. */
type Scene = {
  list: RefObject<VirtualizerHandle | null>;
  scroller: RefObject<HTMLDivElement | null>;
  newest: RefObject<Newest>;
  goal: RefObject<Goal | undefined>;
  isAtBottom: RefObject<boolean>;
};

export function useListScroll({ rows, history, unreadAfter, startAt }: ScrollParts): ListScroll {
  const list = useRef<VirtualizerHandle>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const goal = useRef<Goal>(undefined);
  const isAtBottom = useRef(true);
  const newest = useNewest({ rows, history });
  const scene = useMemo<Scene>(() => ({ list, scroller, newest, goal, isAtBottom }), [newest]);
  const [turn, setTurn] = useState(0);
  const { topAt, seen, note } = useInView(list, newest);
  const { isAway, look } = useLook(scene, note);
  const aim = useCallback((next: Goal | undefined) => {
    goal.current = next;
    setTurn((before) => before + 1);
  }, []);
  const isPlaced = usePlacing({ scene, rows, turn, hasNewer: history.hasNewer, look });
  const jump = useCallback(
    async (sequence: number) => {
      // Until it is known where to go, nothing is scrolled, and nothing loaded for what is passed through.
      goal.current = { kind: "awaited" };
      const isReached = await newest.current.history.reach(sequence);
      aim(isReached ? { kind: "message", sequence } : undefined);
    },
    [aim, newest],
  );
  const toBottom = useCallback(() => {
    if (newest.current.history.hasNewer) newest.current.history.toNewest();
    aim({ kind: "bottom" });
  }, [aim, newest]);
  useBeginning({ history, unreadAfter, startAt, aim });
  useOwnSent(rows, toBottom);

  // What there is may not fill the view: then nobody scrolls, and nothing would be seen or loaded.
  useEffect(() => {
    void rows;
    if (isPlaced) look();
  }, [rows, isPlaced, look]);

  const onResize = useCallback(() => {
    if (!goal.current) stick(scene);
    note();
  }, [scene, note]);
  return { list, scroller, isPlaced, isAway, topAt, seen, onScroll: look, onResize, jump, toBottom };
}

/** Who is at the bottom stays there. */
function stick({ list, newest, isAtBottom }: Scene): void {
  const { rows, history } = newest.current;
  if (isAtBottom.current && !history.hasNewer) list.current?.scrollToIndex(rows.length - 1, { align: "end" });
}

/** What follows from where it is scrolled to. */
function useLook(scene: Scene, note: () => void): { isAway: boolean; look(): void } {
  const [isAway, setAway] = useState(false);
  const lastOffset = useRef(0);
  const look = useCallback(() => {
    const view = scene.list.current;
    if (!view || scene.goal.current) return;
    const { history } = scene.newest.current;
    const offset = view.scrollOffset;
    const rest = view.scrollSize - view.viewportSize - offset;
    // What grows moves the bottom away from under who is there: only who goes up themself has left it.
    if (rest < bottomPx && !history.hasNewer) scene.isAtBottom.current = true;
    else if (offset < lastOffset.current - 1) scene.isAtBottom.current = false;
    lastOffset.current = offset;
    setAway(rest > awayPx || history.hasNewer);
    note();
    if (history.error) return;
    if (offset < nearPx && history.hasOlder && !history.isLoadingOlder) history.loadOlder();
    if (rest < nearPx && history.hasNewer && !history.isLoadingNewer) history.loadNewer();
  }, [scene, note]);
  return { isAway, look };
}

type PlacingParts = { scene: Scene; rows: readonly Row[]; turn: number; hasNewer: boolean; look(): void };

/**
 * After each drawing: goes where one wants to be as soon as that is among the rows.
 * @returns whether it has been anywhere
 */
function usePlacing({ scene, rows, turn, hasNewer, look }: PlacingParts): boolean {
  const [isPlaced, setPlaced] = useState(false);
  useLayoutEffect(() => {
    void turn;
    void hasNewer;
    const { list, scroller, goal } = scene;
    const wanted = goal.current;
    if (!wanted) {
      stick(scene);
      return;
    }
    const place = findPlace(rows, wanted);
    if (place === undefined || !list.current || !scroller.current) return;
    if (wanted.kind === "message") whenDrawn(scroller.current, place.key, flash);
    goTo(scene, wanted, scroller.current, () => setPlaced(true), look);
  }, [scene, rows, turn, hasNewer, look]);
  return isPlaced;
}

/** Goes there, and stays there until it is known how high the rows are. */
function goTo(scene: Scene, wanted: Goal, scroller: HTMLElement, onPlaced: () => void, look: () => void): void {
  const { list, goal, newest, isAtBottom } = scene;
  // Nothing else is scrolled to, or loaded for what is passed through, meanwhile.
  const held: Goal = { kind: "awaited" };
  goal.current = held;
  isAtBottom.current = wanted.kind === "bottom";
  holdPlace({
    list: () => list.current,
    scroller,
    go() {
      const place = findPlace(newest.current.rows, wanted);
      if (place) list.current?.scrollToIndex(place.index, { align: place.align, offset: place.offset });
    },
    isWanted: () => goal.current === held,
    onPlaced,
    onDone() {
      goal.current = undefined;
      look();
    },
  });
}

type BeginningParts = Omit<ScrollParts, "rows"> & { aim(goal: Goal): void };

/** Once, when there is something to show. */
function useBeginning({ history, unreadAfter, startAt, aim }: BeginningParts): void {
  const hasBegun = useRef(false);
  useLayoutEffect(() => {
    if (hasBegun.current || history.isLoading) return;
    hasBegun.current = true;
    // Reading may have left off long before what is loaded.
    const first = startAt ?? (unreadAfter === undefined ? undefined : unreadAfter + 1);
    if (first === undefined) {
      aim({ kind: "bottom" });
      return;
    }
    aim({ kind: "awaited" });
    const goal: Goal = startAt === undefined ? { kind: "unread" } : { kind: "message", sequence: startAt };
    void history.reach(first).then((isReached) => aim(isReached ? goal : { kind: "bottom" }));
  }, [history, unreadAfter, startAt, aim]);
}

/** What one sends oneself is to be seen. */
function useOwnSent(rows: readonly Row[], toBottom: () => void): void {
  const last = rows.at(-2);
  const sent = last?.kind === "message" && last.item.delivery === "sending" ? last.key : undefined;
  const known = useRef(sent);
  useLayoutEffect(() => {
    if (sent !== undefined && sent !== known.current) toBottom();
    known.current = sent;
  }, [sent, toBottom]);
}

type Place = { index: number; key: string; align: "start" | "center" | "end"; offset: number };

function findPlace(rows: readonly Row[], goal: Goal): Place | undefined {
  if (rows.length === 0 || goal.kind === "awaited") return undefined;
  const bottom = { index: rows.length - 1, key: "end", align: "end", offset: 0 } as const;
  if (goal.kind === "bottom") return bottom;
  const index = rows.findIndex((row) =>
    goal.kind === "unread" ? row.kind === "unread" : "item" in row && row.item.sequence_number >= goal.sequence,
  );
  const key = rows[index]?.key;
  if (key === undefined) return bottom;
  return goal.kind === "unread"
    ? { index, key, align: "start", offset: -80 }
    : { index, key, align: "center", offset: 0 };
}
