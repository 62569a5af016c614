/** `npm run soak`: a long run at half load. Progress goes to standard error, the result to standard output. */
import { parseArgs } from "node:util";
import { Interrupted, withScope } from "./processes/scope.ts";
import { freshSeed } from "./random.ts";
import { renderSoak } from "./soak/render-soak.ts";
import { runSoak, type SoakOptions } from "./soak/run-soak.ts";

const usage = `Usage: npm run soak -- [options]

  --minutes <n>   how long (60)
  --rate <n>      messages a second; without it, half of what a minute at full load shows
  --every <n>     seconds between samples (10)
  --pairs <n>     pairs of sockets (100)
  --seed <n>      what is made by chance is made from it
  --json          print one JSON object and nothing else on standard output (use npm run -s)`;

const capacitySeconds = 60;

process.exitCode = await main(process.argv.slice(2));

async function main(args: string[]): Promise<number> {
  const options = readOptions(args);
  if (typeof options === "string") {
    console.error(options);
    return options === usage ? 0 : 2;
  }
  const startedAt = performance.now();
  const progress = (text: string): void => {
    console.error(`[${((performance.now() - startedAt) / 1000).toFixed(1).padStart(6)} s] ${text}`);
  };
  try {
    const result = await withScope((scope) => runSoak(scope, options, progress));
    console.log(options.json ? JSON.stringify(result) : renderSoak(result));
    return result.complaints.length === 0 ? 0 : 1;
  } catch (error) {
    console.error(error instanceof Interrupted ? error.message : error);
    return error instanceof Interrupted ? error.exitCode : 1;
  }
}

/** The options of a run, or what to tell the caller instead. */
function readOptions(args: string[]): (SoakOptions & { json: boolean }) | string {
  try {
    const { values } = parseArgs({
      args,
      options: {
        help: { type: "boolean", short: "h", default: false },
        json: { type: "boolean", default: false },
        minutes: { type: "string", default: "60" },
        rate: { type: "string" },
        every: { type: "string", default: "10" },
        pairs: { type: "string", default: "100" },
        seed: { type: "string", default: String(freshSeed()) },
      },
    });
    if (values.help) return usage;
    return {
      json: values.json,
      minutes: toNumber("minutes", values.minutes),
      sampleSeconds: toNumber("every", values.every),
      pairs: toNumber("pairs", values.pairs),
      seed: toNumber("seed", values.seed),
      rate: values.rate === undefined ? undefined : toNumber("rate", values.rate),
      capacitySeconds,
    };
  } catch (error) {
    return `${error instanceof Error ? error.message : String(error)}\n\n${usage}`;
  }
}

function toNumber(name: string, value: string): number {
  const number = Number(value);
  if (!(number > 0)) throw new Error(`--${name} needs a number above zero, not "${value}"`);
  return number;
}
