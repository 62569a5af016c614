/** Reads numbers out of Prometheus text. */

/** The sum over all label sets of the series called `name` exactly; 0 when there is none. */
export function sumSeries(text: string, name: string): number {
  let sum = 0;
  for (const line of text.split("\n")) {
    const match = /^([a-zA-Z_:][\w:]*)(?:\{.*\})?\s+(\S+)/.exec(line);
    if (match?.[1] === name) sum += Number(match[2]);
  }
  return sum;
}

/** The mean of what a histogram observed between two readings of it; 0 when that was nothing. */
export function meanBetween(before: string, after: string, histogram: string): number {
  const count = sumSeries(after, `${histogram}_count`) - sumSeries(before, `${histogram}_count`);
  const sum = sumSeries(after, `${histogram}_sum`) - sumSeries(before, `${histogram}_sum`);
  return count === 0 ? 0 : sum / count;
}
