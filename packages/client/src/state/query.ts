/** What an app may look at: a value of now, and word when it is another. Fit for React's `useSyncExternalStore`. */
import { createListeners } from "./listeners.ts";

export type Query<Value> = {
  /** The value. The same object as before unless it has changed. */
  getSnapshot(): Value;
  /** Calls after each change, once for all that changed together. @returns a function that ends it */
  subscribe(listener: () => void): () => void;
};

/** Topics that queries depend on: touching one makes its queries stale, and tells their listeners soon. */
export type Topics = {
  touch(...topics: string[]): void;
  /** How often a topic has been touched. */
  versionOf(topic: string): number;
  listen(topics: readonly string[], listener: () => void): () => void;
};

export function createTopics(): Topics {
  const versions = new Map<string, number>();
  const listeners = createListeners();
  let touched = new Set<string>();
  const flush = (): void => {
    const told = new Set([...touched].flatMap(listeners.of));
    touched = new Set();
    for (const listener of told) listener();
  };
  return {
    touch(...topics) {
      for (const topic of topics) {
        versions.set(topic, (versions.get(topic) ?? 0) + 1);
        if (touched.size === 0) queueMicrotask(flush);
        touched.add(topic);
      }
    },
    versionOf: (topic) => versions.get(topic) ?? 0,
    listen: listeners.add,
  };
}

/**
 * A query that computes its value anew when one of its topics was touched.
 * @param onWatched called when the first listener comes; what it gives back, when the last has gone
 */
export function createQuery<Value>(
  topics: Topics,
  dependsOn: readonly string[],
  compute: (before: Value | undefined) => Value,
  onWatched?: () => () => void,
): Query<Value> {
  let known: { value: Value; stamp: number } | undefined;
  let watchers = 0;
  let unwatch: (() => void) | undefined;
  const stampNow = (): number => dependsOn.reduce((sum, topic) => sum + topics.versionOf(topic), 0);
  return {
    getSnapshot() {
      const stamp = stampNow();
      if (known?.stamp !== stamp) known = { value: compute(known?.value), stamp };
      return known.value;
    },
    subscribe(listener) {
      const end = topics.listen(dependsOn, listener);
      watchers += 1;
      if (watchers === 1) unwatch = onWatched?.();
      let isOver = false;
      return () => {
        if (isOver) return;
        isOver = true;
        end();
        watchers -= 1;
        if (watchers === 0) unwatch?.();
      };
    },
  };
}

/** The list of before, if that of now holds the same objects in the same order. */
export function keepSameList<Item>(before: readonly Item[] | undefined, now: readonly Item[]): readonly Item[] {
  const isSame = before?.length === now.length && now.every((item, place) => item === before[place]);
  return isSame ? before : now;
}

/** Makes something of an object, once: it is the same each time, so that what shows it can tell that nothing has changed. */
export function perObject<Key extends object, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const made = new WeakMap<Key, { value: Value }>();
  return (key) => {
    const known = made.get(key) ?? { value: make(key) };
    made.set(key, known);
    return known.value;
  };
}

/** What was there before, if what is now has the same fields: then nothing needs to be drawn again. */
export function keepSame<Value extends object>(before: Value | undefined, now: Value): Value {
  if (!before) return now;
  const names = Object.keys(now) as (keyof Value)[];
  const isSame = names.length === Object.keys(before).length && names.every((name) => before[name] === now[name]);
  return isSame ? before : now;
}
