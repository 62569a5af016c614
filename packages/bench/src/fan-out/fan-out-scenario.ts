/** `npm run bench -- fan-out`. */
import { startStage } from "../processes/start-stage.ts";
import { toOutcome } from "../report/report.ts";
import { defineScenario } from "../scenario.ts";
import { toFanOutReport } from "./fan-out-report.ts";
import { runFanOut } from "./run-fan-out.ts";

export const fanOutScenario = defineScenario({
  options: {
    members: { about: "members of the room, all connected", fallback: 1000 },
    "in-flight": { about: "messages that not everybody has heard yet", fallback: 4 },
    seconds: { about: "measured seconds on each of server and relay", fallback: 20 },
    rounds: { about: "alternating rounds that they are cut into", fallback: 5 },
    warmup: { about: "seconds of load before the first round", fallback: 3 },
  },
  async run(scope, { "in-flight": inFlight, warmup, ...options }, progress) {
    const stage = await startStage(scope);
    const findings = await runFanOut(scope, stage, { ...options, inFlight, warmupSeconds: warmup }, progress);
    return toOutcome(toFanOutReport(findings));
  },
});
