/** What the `media` scenario should reach: a share of a bare server's speed. */
import type { CourseName } from "./transfer-rounds.ts";

const ratio = 0.8;

// Not of parts of 1 MB: each is looked up and its viewer's right to it checked, which the bare server has nothing of.
const judged = ["upload_1", "upload_4", "download_1", "download_4"] as const satisfies CourseName[];

type Figure = `${(typeof judged)[number]}_ratio`;

export type TargetResult = { figure: Figure; bound: "at least"; value: number; actual: number; met: boolean };

/** @param ratios Pipit's speed by the bare server's */
export function judge(ratios: Record<CourseName, number>): TargetResult[] {
  return judged.map((name) => {
    const actual = ratios[name];
    return { figure: `${name}_ratio`, bound: "at least", value: ratio, actual, met: actual >= ratio };
  });
}
