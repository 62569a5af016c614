/** Work that is asked for again while it is being done is done once, for all who asked. */

export type SingleFlight<Value> = (key: string, work: () => Promise<Value>) => Promise<Value>;

export function createSingleFlight<Value>(): SingleFlight<Value> {
  const running = new Map<string, Promise<Value>>();
  return (key, work) => {
    const known = running.get(key);
    if (known) return known;
    const done = work().finally(() => running.delete(key));
    running.set(key, done);
    return done;
  };
}
