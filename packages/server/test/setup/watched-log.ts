/** A log that remembers what it was told of faults, so that a test can say that there were none. */
import type { Log } from "../../src/log.ts";

export type WatchedLog = Log & {
  /** What was logged as an error so far, a line each. */
  faults(): string[];
  /** What was logged as a warning. */
  warnings(): string[];
};

export function createWatchedLog(): WatchedLog {
  const lines: string[] = [];
  const warnings: string[] = [];
  return {
    debug: () => {},
    info: () => {},
    warn: (fields, message) => warnings.push(`${message}: ${describe(fields)}`),
    error: (fields, message) => lines.push(`${message}: ${describe(fields)}`),
    faults: () => [...lines],
    warnings: () => [...warnings],
  };
}

function describe(fields: object): string {
  const { err, operation }: { err?: unknown; operation?: unknown } = fields;
  return [operation, err instanceof Error ? err.message : err].filter((part) => part !== undefined).join(" ");
}
