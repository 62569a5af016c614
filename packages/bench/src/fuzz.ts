/** `npm run fuzz`: throws spoilt requests and frames at a server. Progress goes to standard error, the result to standard output. */
import { parseArgs } from "node:util";
import { renderFuzz } from "./fuzz/render-fuzz.ts";
import { type FuzzOptions, runFuzz } from "./fuzz/run-fuzz.ts";
import { Interrupted, withScope } from "./processes/scope.ts";
import { freshSeed } from "./random.ts";

const usage = `Usage: npm run fuzz -- [options]

  --requests <n>  REST requests (100000)
  --frames <n>    frames on the socket door (1000000)
  --polling <n>   requests of the long-polling transport (4000)
  --seed <n>      repeats a run's choices; the run prints it
  --json          print one JSON object and nothing else on standard output (use npm run -s)`;

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
    progress(`seed ${options.seed}`);
    const result = await withScope((scope) => runFuzz(scope, options, progress));
    console.log(options.json ? JSON.stringify(result) : renderFuzz(result));
    return result.complaints.length === 0 ? 0 : 1;
  } catch (error) {
    console.error(error instanceof Interrupted ? error.message : error);
    return error instanceof Interrupted ? error.exitCode : 1;
  }
}

/** The options of a run, or what to tell the caller instead. */
function readOptions(args: string[]): (FuzzOptions & { json: boolean }) | string {
  try {
    const { values } = parseArgs({
      args,
      options: {
        help: { type: "boolean", short: "h", default: false },
        json: { type: "boolean", default: false },
        requests: { type: "string", default: "100000" },
        frames: { type: "string", default: "1000000" },
        polling: { type: "string", default: "4000" },
        seed: { type: "string", default: String(freshSeed()) },
      },
    });
    if (values.help) return usage;
    return {
      json: values.json,
      isLimitedToo: true,
      requests: toNumber("requests", values.requests),
      frames: toNumber("frames", values.frames),
      polling: toNumber("polling", values.polling),
      seed: toNumber("seed", values.seed),
    };
  } catch (error) {
    return `${error instanceof Error ? error.message : String(error)}\n\n${usage}`;
  }
}

function toNumber(name: string, value: string): number {
  const number = Number(value);
  if (!(Number.isInteger(number) && number > 0))
    throw new Error(`--${name} needs a whole number above zero, not "${value}"`);
  return number;
}
