/** `npm run bench -- history`. */
import { startLoadGenerator } from "../processes/load-generator.ts";
import { startSite } from "../processes/start-stage.ts";
import { toOutcome } from "../report/report.ts";
import { defineScenario } from "../scenario.ts";
import { toHistoryReport } from "./history-report.ts";
import { runHistory } from "./run-history.ts";

export const historyScenario = defineScenario({
  options: {
    messages: { about: "messages in the long room", fallback: 10_000_000 },
    "short-messages": { about: "messages in the short one", fallback: 10_000 },
    rooms: { about: "rooms beside it, of users who send", fallback: 1_000_000 },
    "few-rooms": { about: "the same where there are few", fallback: 1000 },
    listed: { about: "rooms of the user who lists them", fallback: 5000 },
    repeats: { about: "requests of each kind to each server", fallback: 300 },
    "send-seconds": { about: "seconds of sending to each", fallback: 20 },
    rounds: { about: "alternating rounds that they are cut into", fallback: 4 },
  },
  async run(scope, { messages, rooms, listed, repeats, rounds, seed, ...given }, progress) {
    const sizes = {
      small: { messages: given["short-messages"], rooms: given["few-rooms"], listed },
      large: { messages, rooms, listed },
    };
    const options = { seed, sizes, repeats, sendSeconds: given["send-seconds"], rounds };
    const sites = { small: await startSite(scope), large: await startSite(scope) };
    const findings = await runHistory(scope, sites, await startLoadGenerator(scope), options, progress);
    return toOutcome(toHistoryReport(findings));
  },
});
