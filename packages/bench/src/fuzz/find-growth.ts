/** Whether a server at rest holds more than it did after its warm-up. */
import type { Level } from "./watched-server.ts";

const megabyte = 2 ** 20;

/**
 * What may be more than after the warm-up, which has filled caches by a tenth only: a quarter, and some megabytes. A leak of
 * a kilobyte a frame would be a gigabyte of a full run.
 */
const bounds = {
  heapBytes: { factor: 1.25, margin: 24 * megabyte },
  externalBytes: { factor: 1.25, margin: 16 * megabyte },
  // Of what it has freed, a process gives back only a part.
  residentBytes: { factor: 1.5, margin: 96 * megabyte },
};
const moreHandles = 20;

type Levels = Pick<Level, keyof typeof bounds | "handles">;

/** @returns sentences of what has grown beyond its bound */
export function findGrowth(before: Levels, after: Levels): string[] {
  const names = Object.keys(bounds) as (keyof typeof bounds)[];
  const grown = names.flatMap((name) => {
    const bound = before[name] * bounds[name].factor + bounds[name].margin;
    return after[name] > bound
      ? [`${name} grew from ${before[name]} to ${after[name]}, beyond ${Math.round(bound)}`]
      : [];
  });
  const [handlesBefore, handlesAfter] = [countHandles(before), countHandles(after)];
  if (handlesAfter <= handlesBefore + moreHandles) return grown;
  return [...grown, `open handles grew from ${handlesBefore} to ${handlesAfter}: ${JSON.stringify(after.handles)}`];
}

export function countHandles({ handles }: Pick<Level, "handles">): number {
  return Object.values(handles).reduce((sum, count) => sum + count, 0);
}
