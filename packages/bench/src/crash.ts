/** `npm run test:crash`: kills a server under load and checks that it keeps what it acknowledged. */
import { parseArgs } from "node:util";
import { type CrashOptions, type CrashReport, runCrash } from "./crash/run-crash.ts";
import { Interrupted, withScope } from "./processes/scope.ts";
import { freshSeed } from "./random.ts";

const usage = `Usage: npm run test:crash -- [options]

  --cycles <n>  how often the server is killed (20)
  --seed <n>    repeats a run's choices; the run prints it`;

const shownProblems = 20;

process.exitCode = await main(process.argv.slice(2));

async function main(args: string[]): Promise<number> {
  const options = readOptions(args);
  if (typeof options === "string") {
    console.error(options);
    return options === usage ? 0 : 2;
  }
  console.log(`seed ${options.seed}`);
  try {
    const report = await withScope((scope) => runCrash(scope, options, console.log));
    console.log(render(report));
    return report.problems.length === 0 ? 0 : 1;
  } catch (error) {
    console.error(error instanceof Interrupted ? error.message : error);
    return error instanceof Interrupted ? error.exitCode : 1;
  }
}

/** The options of a run, or what to tell the caller instead. */
function readOptions(args: string[]): CrashOptions | string {
  try {
    const { values } = parseArgs({
      args,
      options: {
        help: { type: "boolean", short: "h", default: false },
        cycles: { type: "string", default: "20" },
        seed: { type: "string", default: String(freshSeed()) },
      },
    });
    if (values.help) return usage;
    const options = { cycles: Number(values.cycles), seed: Number(values.seed) };
    if (!(options.cycles >= 1)) throw new Error(`--cycles needs a number above zero, not "${values.cycles}"`);
    if (!Number.isInteger(options.seed)) throw new Error(`--seed needs a whole number, not "${values.seed}"`);
    return options;
  } catch (error) {
    return `${error instanceof Error ? error.message : String(error)}\n\n${usage}`;
  }
}

function render(report: CrashReport): string {
  const { problems, recovery } = report;
  return [
    "",
    `${report.cycles} crashes, PostgreSQL killed too in ${report.postgresKills} of them; seed ${report.seed}`,
    `${report.acked} messages acknowledged, ${report.stored} stored`,
    `${report.unanswered} sends unanswered at a crash: ${report.retried} retried, ${report.abandoned} given up`,
    `ready again after ${Math.round(recovery.p50)} ms (median), ${Math.round(recovery.max)} ms (longest)`,
    problems.length === 0 ? "nothing acknowledged was lost, nothing is there twice" : `${problems.length} problems:`,
    ...problems.slice(0, shownProblems).map((problem) => `  ${problem}`),
  ].join("\n");
}
