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
import { renderUsage } from "./read-arguments.ts";
import { runProgram } from "./run-program.ts";
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

process.exitCode = await runProgram(scenarios, process.argv.slice(2), () => renderUsage(scenarios));
