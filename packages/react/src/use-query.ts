/** What the client knows, as React takes it. */
import type { Query } from "@pipit/client";
import { useSyncExternalStore } from "react";

/**
 * The value of a query, now and after each change.
 * @param empty what is shown on the server, while hydrating, and for no query; always the same object
 */
export function useQuery<Value>(query: Query<Value> | undefined, empty: Value): Value {
  const atServer = (): Value => empty;
  return useSyncExternalStore(query?.subscribe ?? subscribeToNothing, query?.getSnapshot ?? atServer, atServer);
}

/**
 * A query over others. Its value is computed when one of theirs is another, and stays the same object as long as it is
 * the same by `isSame`.
 */
export function deriveQuery<Value>(
  sources: readonly Query<unknown>[],
  compute: () => Value,
  isSame: (before: Value, now: Value) => boolean = Object.is,
): Query<Value> {
  let known: { from: readonly unknown[]; value: Value } | undefined;
  return {
    getSnapshot() {
      const from = sources.map((source) => source.getSnapshot());
      if (known?.from.every((one, place) => one === from[place])) return known.value;
      const now = compute();
      known = { from, value: known && isSame(known.value, now) ? known.value : now };
      return known.value;
    },
    subscribe(listener) {
      const ends = sources.map((source) => source.subscribe(listener));
      return () => {
        for (const end of ends) end();
      };
    },
  };
}

export function isSameList(before: readonly unknown[], now: readonly unknown[]): boolean {
  return before.length === now.length && before.every((one, place) => one === now[place]);
}

/** Whether two objects have the same fields. */
export function isSameRecord<Value extends object>(before: Value, now: Value): boolean {
  const names = Object.keys(now) as (keyof Value)[];
  return names.length === Object.keys(before).length && names.every((name) => before[name] === now[name]);
}

function subscribeToNothing(): () => void {
  return () => {};
}
