/** `npm run bench -- <scenario>`: measures a real server. Progress goes to standard error, the result to standard output. */
import { fanOutScenario } from "./fan-out/fan-out-scenario.ts";
import { groupScenario } from "./group/group-scenario.ts";
import { historyScenario } from "./history-pages/history-scenario.ts";
import { idleScenario } from "./idle/idle-scenario.ts";
import { jitterScenario } from "./jitter/jitter-scenario.ts";
import { latencyScenario } from "./latency/latency-scenario.ts";
import { mediaScenario } from "./media/media-scenario.ts";
import { nodesScenario } from "./nodes/nodes-scenario.ts";
import { overloadScenario } from "./overload/overload-scenario.ts";
import { Interrupted, withScope } from "./processes/scope.ts";
import { type Arguments, readArguments, renderUsage } from "./read-arguments.ts";
import type { Scenario } from "./scenario.ts";
import { sendScenario } from "./send/send-scenario.ts";
import { stormScenario } from "./storm/storm-scenario.ts";
import { syncScenario } from "./sync/sync-scenario.ts";

const scenarios: Record<string, Scenario> = {
  send: sendScenario,
  media: mediaScenario,
  jitter: jitterScenario,
  sync: syncScenario,
  group: groupScenario,
  "fan-out": fanOutScenario,
  idle: idleScenario,
  history: historyScenario,
  storm: stormScenario,
  overload: overloadScenario,
  nodes: nodesScenario,
  latency: latencyScenario,
};

process.exitCode = await main(process.argv.slice(2));

async function main(args: string[]): Promise<number> {
  const run = understand(args);
  if (typeof run === "number") return run;
  try {
    return await bench(run);
  } catch (error) {
    console.error(error instanceof Interrupted ? error.message : error);
    return error instanceof Interrupted ? error.exitCode : 1;
  }
}

/** What to run, or the exit code of a run that is over. */
function understand(args: string[]): Arguments | number {
  try {
    const run = readArguments(scenarios, args);
    if (run) return run;
    console.error(renderUsage(scenarios));
    return 0;
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${renderUsage(scenarios)}`);
    return 2;
  }
}

async function bench({ scenario, json, options }: Arguments): Promise<number> {
  const startedAt = performance.now();
  const { result, text, complaints } = await withScope((scope) => {
    return scenario.run(scope, options, (progress) => {
      console.error(`[${((performance.now() - startedAt) / 1000).toFixed(1).padStart(5)} s] ${progress}`);
    });
  });
  console.log(json ? JSON.stringify(result) : text);
  for (const complaint of complaints) console.error(complaint);
  return complaints.length === 0 ? 0 : 1;
}
