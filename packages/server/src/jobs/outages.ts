/** Times in which the database can't be used: told once each, and waited out with pauses that grow. */
import { AppError } from "../app-error.ts";
import { fromDatabaseError } from "../db/database-error.ts";
import type { Log } from "../log.ts";

const longestPauseMs = 30_000;

export type Outages = {
  /** Notes a failure. @returns how long to pause, in milliseconds */
  note(error: unknown): number;
  /** Notes that the database answers. */
  end(): void;
};

export function createOutages(log: Log, pauseMs: number): Outages {
  let failures = 0;
  return {
    note(error) {
      failures += 1;
      const level = fromDatabaseError(error) instanceof AppError ? "warn" : "error";
      if (failures === 1) log[level]({ err: error }, "the table of jobs can't be used; trying again until it can");
      return Math.min(pauseMs * 2 ** (failures - 1), longestPauseMs);
    },
    end() {
      if (failures > 0) log.info({ failures }, "the table of jobs can be used again");
      failures = 0;
    },
  };
}
