/** Holds figures against what they should reach. */

export type Target = { figure: string; bound: "at least" | "at most"; value: number };

export type Judged = Target & { actual: number | null; met: boolean };

/** A figure that was not measured meets nothing. */
export function judge(targets: readonly Target[], figures: Record<string, number | null>): Judged[] {
  return targets.map((target) => {
    const actual = figures[target.figure] ?? null;
    return { ...target, actual, met: actual !== null && isWithin(target, actual) };
  });
}

function isWithin({ bound, value }: Target, actual: number): boolean {
  return bound === "at least" ? actual >= value : actual <= value;
}
