/** `npm run bench -- <scenario>`: measures a real server. Progress goes to standard error, the result to standard output. */
import { parseArgs } from "node:util";
import { Interrupted, withScope } from "./processes/scope.ts";
import { freshSeed } from "./random.ts";
import { renderSend } from "./send/render-send.ts";
import { runSend, type SendOptions } from "./send/run-send.ts";
import { isClean, toSendResult } from "./send/send-result.ts";

const usage = `Usage: npm run bench -- send [options]

  --json              print one JSON object and nothing else on standard output (use npm run -s)
  --seconds <n>       measured seconds at full load on each of server and relay (12)
  --rounds <n>        alternating rounds that they are cut into (4)
  --warmup <n>        seconds of load before the first round (4)
  --paced-seconds <n> seconds at 500 messages a second (10)
  --idle <n>          idle sockets (5000)
  --settle <n>        seconds of rest before memory is read (10)
  --seed <n>          what the ids of messages are made from`;

process.exitCode = await main(process.argv.slice(2));

async function main(args: string[]): Promise<number> {
  const options = readOptions(args);
  if (typeof options === "string") {
    console.error(options);
    return options === usage ? 0 : 2;
  }
  try {
    return await bench(options);
  } catch (error) {
    console.error(error instanceof Interrupted ? error.message : error);
    return error instanceof Interrupted ? error.exitCode : 1;
  }
}

async function bench({ json, ...options }: SendOptions & { json: boolean }): Promise<number> {
  const startedAt = performance.now();
  const findings = await withScope((scope) => {
    return runSend(scope, options, (text) => {
      console.error(`[${((performance.now() - startedAt) / 1000).toFixed(1).padStart(5)} s] ${text}`);
    });
  });
  const result = toSendResult(findings);
  console.log(json ? JSON.stringify(result) : renderSend(result));
  const refusal = [...findings.server, findings.paced].find((round) => round.firstRefusal !== null)?.firstRefusal;
  if (refusal) console.error(`the server refused messages, first with ${refusal}`);
  return isClean(result) ? 0 : 1;
}

/** The options of a run, or what to tell the caller instead. */
function readOptions(args: string[]): (SendOptions & { json: boolean }) | string {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        help: { type: "boolean", short: "h", default: false },
        json: { type: "boolean", default: false },
        seconds: { type: "string", default: "12" },
        rounds: { type: "string", default: "4" },
        warmup: { type: "string", default: "4" },
        "paced-seconds": { type: "string", default: "10" },
        idle: { type: "string", default: "5000" },
        settle: { type: "string", default: "10" },
        seed: { type: "string", default: String(freshSeed()) },
      },
    });
    if (values.help) return usage;
    if (positionals.join(" ") !== "send") throw new Error("name one scenario; there is: send");
    return {
      json: values.json,
      seconds: toNumber("seconds", values.seconds),
      rounds: toNumber("rounds", values.rounds),
      warmupSeconds: toNumber("warmup", values.warmup),
      pacedSeconds: toNumber("paced-seconds", values["paced-seconds"]),
      idleSockets: toNumber("idle", values.idle),
      settleSeconds: toNumber("settle", values.settle),
      seed: toNumber("seed", values.seed),
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
