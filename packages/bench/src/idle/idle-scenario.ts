/** `npm run bench -- idle`. */
import { startStage } from "../processes/start-stage.ts";
import { toOutcome } from "../report/report.ts";
import { defineScenario } from "../scenario.ts";
import { toIdleReport } from "./idle-report.ts";
import { runIdle } from "./run-idle.ts";

export const idleScenario = defineScenario({
  options: {
    sockets: { about: "idle sockets, each of a user of its own", fallback: 15_000 },
    rooms: { about: "rooms of each of them, with twenty members", fallback: 20 },
    addresses: { about: "addresses (127.0.0.x) that they come from", fallback: 4 },
    settle: { about: "seconds of rest before memory is read", fallback: 20 },
  },
  async run(scope, { settle, ...options }, progress) {
    const stage = await startStage(scope);
    return toOutcome(toIdleReport(await runIdle(scope, stage, { ...options, settleSeconds: settle }, progress)));
  },
});
