/** `npm run bench -- storm`. */
import { startStage } from "../processes/start-stage.ts";
import { toOutcome } from "../report/report.ts";
import { defineScenario } from "../scenario.ts";
import { runStormScenario } from "./run-storm.ts";
import { toStormReport } from "./storm-report.ts";

export const stormScenario = defineScenario({
  options: {
    sockets: { about: "devices that lose the server and come back, each of a user of its own", fallback: 10_000 },
    rooms: { about: "rooms of each of them, with twenty members", fallback: 20 },
    within: { about: "seconds within which all of them try for the first time", fallback: 1 },
    addresses: { about: "addresses (127.0.0.x) that they come from", fallback: 4 },
  },
  async run(scope, { within, ...options }, progress) {
    return toOutcome(
      toStormReport(await runStormScenario(await startStage(scope), { ...options, withinSeconds: within }, progress)),
    );
  },
});
