/** Who wants to be called, by topic. */

export type Listeners<Args extends unknown[]> = {
  /** @returns a function that ends it */
  add(topics: readonly string[], listener: (...args: Args) => void): () => void;
  /** Those of now: who comes or goes while they are called changes nothing of it. */
  of(topic: string): ((...args: Args) => void)[];
};

export function createListeners<Args extends unknown[]>(): Listeners<Args> {
  const byTopic = new Map<string, Set<(...args: Args) => void>>();
  return {
    add(topics, listener) {
      // A function of its own for each: the same listener may be given twice.
      const own = (...args: Args): void => listener(...args);
      for (const topic of topics) byTopic.set(topic, (byTopic.get(topic) ?? new Set()).add(own));
      return () => {
        for (const topic of topics) {
          const set = byTopic.get(topic);
          set?.delete(own);
          if (set?.size === 0) byTopic.delete(topic);
        }
      };
    },
    of: (topic) => [...(byTopic.get(topic) ?? [])],
  };
}
