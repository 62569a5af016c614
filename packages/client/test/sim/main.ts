/** `npm run sim`: simulates seed after seed until one fails, so many have passed, or it is interrupted. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createDatabase, createPatientPool } from "../../../server/src/db/database.ts";
import { startEmbeddedPostgres } from "../../../server/src/db/embedded/embedded-postgres.ts";
import { migrate } from "../../../server/src/db/migrate.ts";
import { createLog } from "../../../server/src/log.ts";
import { drawPlan } from "./plan.ts";
import { reportFailure } from "./report-failure.ts";
import { openSimDatabase, type SimDatabase } from "./sim-database.ts";
import { simulate } from "./simulate.ts";

const { values } = parseArgs({
  options: { seeds: { type: "string", default: "100" }, from: { type: "string", default: "1" } },
});

let isInterrupted = false;
process.once("SIGINT", () => {
  isInterrupted = true;
});

await main(Number(values.from), Number(values.seeds));

async function main(from: number, count: number): Promise<void> {
  const log = createLog("warn");
  const dataDir = await mkdtemp(join(tmpdir(), "pipit-sim-"));
  const embedded = await startEmbeddedPostgres({ dataDir, log, claim: "owner" });
  try {
    const { user, password, host, port, database } = embedded.connection;
    const url = `postgresql://${user}:${encodeURIComponent(password)}@localhost:${port}/${database}?host=${encodeURIComponent(host)}`;
    const pool = createPatientPool({ connectionString: url }, log);
    await migrate(createDatabase(pool));
    await pool.end();
    const opened = await openSimDatabase(url);
    await runSeeds(opened, from, count);
    await opened.open.close();
  } finally {
    await embedded.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function runSeeds(database: SimDatabase, from: number, count: number): Promise<void> {
  const startedAt = performance.now();
  let calls = 0;
  let passed = 0;
  for (let seed = from; seed < from + count && !isInterrupted; seed += 1) {
    const plan = drawPlan(seed);
    const outcome = await simulate(database, plan);
    if (outcome.failure !== undefined) {
      console.error(await reportFailure(database, plan, outcome));
      process.exitCode = 1;
      return;
    }
    calls += outcome.figures.calls;
    passed += 1;
    const seconds = (performance.now() - startedAt) / 1000;
    const perSeed = (seconds / passed).toFixed(1);
    console.log(
      `seed ${seed}: ok (${passed} of ${count}, ${perSeed} s and ${Math.round(calls / passed)} calls a seed)`,
    );
  }
  console.log(`${passed} seeds from ${from} on passed`);
}
