/** `npm run bench -- nodes`. */
import { toOutcome } from "../report/report.ts";
import { defineScenario } from "../scenario.ts";
import { toNodesReport } from "./nodes-report.ts";
import { runNodes } from "./run-nodes.ts";
import { startNodes } from "./start-nodes.ts";

export const nodesScenario = defineScenario({
  options: {
    pairs: { about: "pairs of users, each in a room of its own", fallback: 100 },
    seconds: { about: "measured seconds with one node and with two", fallback: 24 },
    rounds: { about: "alternating rounds that they are cut into", fallback: 4 },
    warmup: { about: "seconds of load before the first round", fallback: 4 },
  },
  async run(scope, { warmup, ...options }, progress) {
    return toOutcome(
      toNodesReport(await runNodes(await startNodes(scope), { ...options, warmupSeconds: warmup }, progress)),
    );
  },
});
