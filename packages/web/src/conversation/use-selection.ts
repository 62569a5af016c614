/** Messages that are chosen, to do something with all of them. */
import type { MessageItem } from "@pipit/client";
import { useCallback, useMemo, useState } from "react";

export type Selection = {
  /** Undefined while nothing is being chosen. */
  keys: ReadonlySet<string> | undefined;
  /** In the order in which they were said. */
  items: readonly MessageItem[];
  begin(item?: MessageItem): void;
  toggle(key: string): void;
  end(): void;
};

const most = 100;

export function useSelection(all: readonly MessageItem[]): Selection {
  const [keys, setKeys] = useState<ReadonlySet<string>>();
  const items = useMemo(() => (keys ? all.filter((item) => keys.has(item.key)) : []), [all, keys]);
  const begin = useCallback((item?: MessageItem) => setKeys(new Set(item ? [item.key] : [])), []);
  const end = useCallback(() => setKeys(undefined), []);
  const toggle = useCallback((key: string) => {
    setKeys((before = new Set()) => {
      const next = new Set(before);
      if (!next.delete(key) && next.size < most) next.add(key);
      return next;
    });
  }, []);
  return useMemo(() => ({ keys, items, begin, toggle, end }), [keys, items, begin, toggle, end]);
}
