/** `npm run bench -- latency`. */
import { startStage } from "../processes/start-stage.ts";
import { toOutcome } from "../report/report.ts";
import { defineScenario } from "../scenario.ts";
import { toLatencyReport } from "./latency-report.ts";
import { runLatency } from "./run-latency.ts";

export const latencyScenario = defineScenario({
  options: {
    pairs: { about: "pairs of users, each in a room of its own", fallback: 100 },
    rate: { about: "messages a second", fallback: 500 },
    warmup: { about: "seconds before each measurement", fallback: 5 },
    seconds: { about: "seconds at that rate, and at half of the maximum", fallback: 30 },
    peak: { about: "seconds that the maximum is measured for", fallback: 10 },
  },
  async run(scope, { rate, warmup, peak, ...options }, progress) {
    const times = { perSecond: rate, warmupSeconds: warmup, peakSeconds: peak };
    return toOutcome(toLatencyReport(await runLatency(await startStage(scope), { ...options, ...times }, progress)));
  },
});
