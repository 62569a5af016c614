/** Keys of the list: arrows move between messages, Enter opens what can be done, Escape leads back to writing. */
import { type KeyboardEvent, type RefObject, useCallback } from "react";
import type { VirtualizerHandle } from "virtua";
import { whenDrawn } from "./find-row-element.ts";
import { openMenuAt } from "./open-menu-at.ts";
import type { Row } from "./rows.ts";

type RowKeysParts = {
  rows: readonly Row[];
  list: RefObject<VirtualizerHandle | null>;
  scroller: RefObject<HTMLDivElement | null>;
  /** Instead of opening the menu, while several are chosen. */
  onToggle: ((key: string) => void) | undefined;
  onLeave(): void;
};

export function useRowKeys(parts: RowKeysParts): (event: KeyboardEvent<HTMLElement>) => void {
  const { rows, list, scroller, onToggle, onLeave } = parts;
  return useCallback(
    (event: KeyboardEvent<HTMLElement>) => {
      const within = scroller.current;
      const { target } = event;
      if (!within || !(target instanceof HTMLElement) || event.ctrlKey || event.metaKey || event.altKey) return;
      const key = target.dataset.key;
      // What stands in a row has keys of its own.
      if (key === undefined && target !== within) return;
      const next = findNext(rows, key, event.key, list.current);
      if (next !== undefined) {
        list.current?.scrollToIndex(next.index, { align: "nearest" });
        whenDrawn(within, next.key, (row) => row.focus({ preventScroll: true }));
      } else if (key !== undefined && (event.key === "Enter" || event.key === " ")) {
        if (onToggle) onToggle(key);
        else openMenuAt(target.querySelector("[data-bubble]") ?? target);
      } else if (event.key === "Escape" && !onToggle) {
        onLeave();
      } else return;
      event.preventDefault();
    },
    [rows, list, scroller, onToggle, onLeave],
  );
}

const steps: Record<string, number> = { ArrowUp: -1, ArrowDown: 1, Home: 1, End: -1 };

function findNext(
  rows: readonly Row[],
  key: string | undefined,
  pressed: string,
  list: VirtualizerHandle | null,
): { index: number; key: string } | undefined {
  const step = steps[pressed];
  if (step === undefined || !list) return undefined;
  const lastInView = list.findItemIndex(list.scrollOffset + list.viewportSize - 24);
  const here = key === undefined ? lastInView + (step < 0 ? 1 : 0) : rows.findIndex((row) => row.key === key);
  const from = pressed === "Home" ? 0 : pressed === "End" ? rows.length - 1 : here + step;
  for (let index = from; index >= 0 && index < rows.length; index += step) {
    const row = rows[index];
    if (row?.kind === "message") return { index, key: row.key };
  }
  return undefined;
}
