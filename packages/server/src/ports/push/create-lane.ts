/** A gate with places for each host: who answers slowly holds up their own, and nobody waits for ever (G11). */

export type LaneOptions = { most: number; mostPerHost: number; longestWaitMs: number };

/** @returns what the work gives, or nothing if it could not begin in time. @throws what the work throws */
export type Lane = <Value>(host: string, work: () => Promise<Value>) => Promise<Value | undefined>;

type Waiting = { host: string; enter(hasRoom: boolean): void };

export function createLane({ most, mostPerHost, longestWaitMs }: LaneOptions): Lane {
  const inside = new Map<string, number>();
  const line = new Set<Waiting>();
  let total = 0;

  const hasRoom = (host: string): boolean => total < most && (inside.get(host) ?? 0) < mostPerHost;

  function count(host: string, change: 1 | -1): void {
    total += change;
    const left = (inside.get(host) ?? 0) + change;
    if (left === 0) inside.delete(host);
    else inside.set(host, left);
  }

  // In the order of the line, but for those whose host has no room.
  function letIn(): void {
    for (const waiting of line) {
      if (total >= most) return;
      if (hasRoom(waiting.host)) waiting.enter(true);
    }
  }

  function stand(host: string): Promise<boolean> {
    return new Promise((resolve) => {
      const waiting: Waiting = {
        host,
        enter(isIn) {
          clearTimeout(timer);
          line.delete(waiting);
          if (isIn) count(host, 1);
          resolve(isIn);
        },
      };
      const timer = setTimeout(() => waiting.enter(false), longestWaitMs);
      line.add(waiting);
    });
  }

  return async (host, work) => {
    if (hasRoom(host)) count(host, 1);
    else if (!(await stand(host))) return undefined;
    try {
      return await work();
    } finally {
      count(host, -1);
      letIn();
    }
  };
}
