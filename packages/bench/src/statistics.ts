/** Collects measurements and sums them up. */

export type Summary = { count: number; p50: number; p95: number; p99: number; max: number };

const firstCapacity = 4096;

/** A growing list of numbers, cheap enough to take every message's latency. */
export class Samples {
  #values = new Float64Array(firstCapacity);
  #count = 0;

  add(value: number): void {
    if (this.#count === this.#values.length) {
      const larger = new Float64Array(this.#values.length * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#count] = value;
    this.#count += 1;
  }

  /** Everything added so far, ascending. */
  sorted(): Float64Array {
    return this.#values.slice(0, this.#count).sort();
  }

  summarize(): Summary {
    const sorted = this.sorted();
    return {
      count: sorted.length,
      p50: percentile(sorted, 50),
      p95: percentile(sorted, 95),
      p99: percentile(sorted, 99),
      max: percentile(sorted, 100),
    };
  }
}

/** The smallest value that `percent` of an ascending list do not exceed (nearest rank); 0 of an empty list. */
export function percentile(sorted: ArrayLike<number>, percent: number): number {
  const rank = Math.ceil((percent / 100) * sorted.length);
  return sorted[Math.max(rank, 1) - 1] ?? 0;
}

/** `value` with `digits` decimals, as a number. */
export function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
