/** The second half of the seeds that always run, and what the simulation itself must keep. */
import { sql } from "kysely";
import { describe, expect, it } from "vitest";
import { drawPlan } from "./sim/plan.ts";
import { reportFailure } from "./sim/report-failure.ts";
import { describeSeeds, useSimDatabase } from "./sim/sim-seeds.ts";
import { type Spoil, simulate } from "./sim/simulate.ts";

const database = useSimDatabase();
const small = { users: 3, devicesPerUser: 2, steps: 40 };

/** Writes to a table behind everybody's back. */
const spoilBy =
  (statement: (tenant: string) => ReturnType<typeof sql>): Spoil =>
  async (world) => {
    await statement(world.tenant).execute(world.server.services.db);
  };

const roomsOf = (tenant: string) => sql`room_id in (select id from rooms where tenant_id = ${tenant})`;

const faults: [what: string, rule: string, spoil: Spoil][] = [
  ["a lost edit", "[G5]", spoilBy((tenant) => sql`update messages set content = 'other' where ${roomsOf(tenant)}`)],
  ["a lost read", "[G5]", spoilBy((tenant) => sql`update members set read_sequence = 0 where ${roomsOf(tenant)}`)],
  [
    "a wrong count",
    "[G5]",
    spoilBy((tenant) => sql`update rooms set last_countable = last_countable + 1 where tenant_id = ${tenant}`),
  ],
  [
    "a lost message",
    "[G2]",
    async (world) => {
      // All devices and the server agree that it was never there.
      world.sent.add({ device: "u01d1", roomId: "nowhere", userId: "u01", key: "lost" });
    },
  ],
];

describe("the simulation", () => {
  it("takes the same course again for the same seed", async () => {
    const [first, second] = [
      await simulate(database(), drawPlan(7, small)),
      await simulate(database(), drawPlan(7, small)),
    ];
    expect(first.history.length).toBeGreaterThan(100);
    expect(second.history).toEqual(first.history);
  });

  it.each(faults)("finds %s (%s)", async (_, __, spoil) => {
    const outcome = await simulate(database(), drawPlan(11, small), spoil);
    expect(outcome.failure).toMatch(/^\[G\d\] /);
  });

  it("tells the seed of a failure, how to run it again, and a history that leaves out what has no part in it", async () => {
    const plan = drawPlan(11, small);
    const spoil: Spoil = async (world) => world.fail("[G5] spoilt");
    const outcome = { ...(await simulate(database(), plan, spoil)), failure: "[G5] spoilt" };
    const report = await reportFailure(database(), plan, outcome, { spoil, budgetMs: 5_000 });
    expect(report).toContain("Seed 11 fails: [G5] spoilt");
    expect(report).toContain("has 1 of");
    expect(report).toContain("npm run sim -- --seeds 1 --from 11");
  });
});

describeSeeds(51, 50, database);
