/** What of a conversation is in view. */
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { VirtualizerHandle } from "virtua";
import type { Row } from "./rows.ts";
import type { History } from "./use-history.ts";

export type Newest = { rows: readonly Row[]; history: History };

const seenMs = 200;

/** What was drawn last, for what happens between drawings. */
export function useNewest(now: Newest): RefObject<Newest> {
  const newest = useRef(now);
  useLayoutEffect(() => {
    newest.current = now;
  });
  return newest;
}

/** `note` looks again; `topAt`: when the first message in view was said; `seen`: the highest sequence that ever was. */
export function useInView(
  list: RefObject<VirtualizerHandle | null>,
  newest: RefObject<Newest>,
): { topAt: string | undefined; seen: number; note(): void } {
  const [topAt, setTopAt] = useState<string>();
  const [seen, setSeen] = useState(0);
  const topDay = useRef("");
  const reached = useRef(0);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const note = useCallback(() => {
    const view = list.current;
    const { rows } = newest.current;
    if (!view || rows.length === 0) return;
    const top = rows[view.findItemIndex(view.scrollOffset + 40)];
    const at = top && "item" in top ? top.item.created_at : undefined;
    const day = at === undefined ? "" : new Date(at).toDateString();
    if (day !== topDay.current) setTopAt(at);
    topDay.current = day;
    for (let index = view.findItemIndex(view.scrollOffset + view.viewportSize - 16); index >= 0; index -= 1) {
      const row = rows[index];
      if (!row || !("item" in row) || row.item.change === 0) continue;
      const { sequence_number: sequence } = row.item;
      if (sequence <= reached.current) return;
      reached.current = sequence;
      // Whoever scrolls through a hundred messages has read them once, not a hundred times.
      timer.current ??= setTimeout(() => {
        timer.current = undefined;
        setSeen(reached.current);
      }, seenMs);
      return;
    }
  }, [list, newest]);
  return { topAt, seen, note };
}
