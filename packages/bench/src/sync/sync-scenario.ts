/** `npm run bench -- sync`. */
import { defineScenario } from "../scenario.ts";
import { renderSync } from "./render-sync.ts";
import { runSync } from "./run-sync.ts";
import { listComplaints, toSyncResult } from "./sync-result.ts";

export const syncScenario = defineScenario({
  options: {
    rooms: { about: "rooms of each user", fallback: 1000 },
    moved: { about: "rooms that move between two catch-ups", fallback: 20 },
    each: { about: "messages that come to each of them", fallback: 1 },
    short: { about: "messages in the moving rooms together, of the one user", fallback: 10_000 },
    long: { about: "the same of the other", fallback: 1_000_000 },
    "catch-ups": { about: "of each device", fallback: 200 },
  },
  async run(scope, { rooms, moved, each, short, long, seed, "catch-ups": catchUps }, progress) {
    const options = { seed, messages: { short, long }, rooms, movingRooms: moved, messagesEach: each, catchUps };
    const findings = await runSync(scope, options, progress);
    const result = toSyncResult(findings);
    return { result, text: renderSync(result), complaints: listComplaints(result, findings) };
  },
});
