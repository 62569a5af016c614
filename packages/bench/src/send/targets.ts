/** What the `send` scenario should reach. */

const targets = [
  { figure: "ratio", bound: "at least", value: 0.75 },
  { figure: "paced_p99_ms", bound: "at most", value: 15 },
  { figure: "idle_bytes_per_socket", bound: "at most", value: 30_000 },
] as const;

type Figure = (typeof targets)[number]["figure"];

export type TargetResult = {
  figure: Figure;
  bound: "at least" | "at most";
  value: number;
  actual: number;
  met: boolean;
};

export function judge(figures: Record<Figure, number>): TargetResult[] {
  return targets.map(({ figure, bound, value }) => {
    const actual = figures[figure];
    return { figure, bound, value, actual, met: bound === "at least" ? actual >= value : actual <= value };
  });
}
