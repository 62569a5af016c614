/** A test for each of a range of seeds. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../../server/test/setup/test-database.ts";
import { drawPlan } from "./plan.ts";
import { reportFailure } from "./report-failure.ts";
import { openSimDatabase, type SimDatabase } from "./sim-database.ts";
import { simulate } from "./simulate.ts";

const seedMs = 120_000;
const shrinkMs = 60_000;

/** @returns where the tests find the database, which is there while they run */
export function useSimDatabase(): () => SimDatabase {
  let database: TestDatabase;
  let opened: SimDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
    opened = await openSimDatabase(database.url);
  });
  afterAll(async () => {
    await opened?.open.close();
    await database?.drop();
  });
  return () => opened;
}

export function describeSeeds(from: number, count: number, database: () => SimDatabase): void {
  describe("[G4][G5][G6][G7] after all has healed, every device equals a fresh one and the server, and counts are right", () => {
    const seeds = Array.from({ length: count }, (_, place) => from + place);
    it.each(seeds)(
      "seed %i",
      async (seed) => {
        const plan = drawPlan(seed);
        const outcome = await simulate(database(), plan);
        if (outcome.failure === undefined) return;
        expect.fail(await reportFailure(database(), plan, outcome, { budgetMs: shrinkMs }));
      },
      seedMs + shrinkMs,
    );
  });
}
