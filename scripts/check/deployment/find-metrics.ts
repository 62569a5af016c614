/** Which metrics of ours a text of Prometheus' language names. */

const ours = /\b(?:pipit|nodejs|process)_[a-z0-9_]+\b/g;

/** Names of metrics that are not among `known`. */
export function findUnknownMetrics(text: string, known: ReadonlySet<string>): string[] {
  return [...new Set(text.match(ours) ?? [])].filter((name) => !known.has(name));
}

/** What a scrape can show of each metric. @param metrics as prom-client lists them */
export function toSeriesNames(metrics: readonly { name: string; type: unknown }[]): Set<string> {
  const parts = (name: string, type: unknown) =>
    String(type) === "histogram" ? ["_bucket", "_sum", "_count"].map((end) => name + end) : [name];
  return new Set(metrics.flatMap(({ name, type }) => parts(name, type)));
}
