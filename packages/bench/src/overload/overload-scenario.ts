/** `npm run bench -- overload`. */
import { startStage } from "../processes/start-stage.ts";
import { toOutcome } from "../report/report.ts";
import { defineScenario } from "../scenario.ts";
import { toOverloadReport } from "./overload-report.ts";
import { runOverload } from "./run-overload.ts";

export const overloadScenario = defineScenario({
  options: {
    pairs: { about: "pairs of users, each in a room of its own", fallback: 100 },
    warmup: { about: "seconds before the capacity is measured", fallback: 5 },
    peak: { about: "seconds that the capacity is measured for", fallback: 10 },
    factor: { about: "how many times the capacity is offered", fallback: 3 },
    seconds: { about: "seconds that it is offered for", fallback: 20 },
    after: { about: "seconds that half of the capacity is offered for after it", fallback: 15 },
  },
  async run(scope, { warmup, peak, after, ...options }, progress) {
    const times = { warmupSeconds: warmup, peakSeconds: peak, afterSeconds: after };
    return toOutcome(toOverloadReport(await runOverload(await startStage(scope), { ...options, ...times }, progress)));
  },
});
