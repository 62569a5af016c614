/** `npm run bench -- jitter`. */
import { defineScenario } from "../scenario.ts";
import { listComplaints, toJitterResult } from "./jitter-result.ts";
import { renderJitter } from "./render-jitter.ts";
import { runJitter } from "./run-jitter.ts";

export const jitterScenario = defineScenario({
  options: {
    sdk: { about: "clients of the SDK, in one group if it holds them", fallback: 500 },
    light: { about: "clients of Socket.IO's that sync as the contract says", fallback: 5000 },
    plain: { about: "clients of Socket.IO's that do not sync, beside the light ones", fallback: 100 },
    group: { about: "members that a group has at most", fallback: 1020 },
    messages: { about: "messages to each group", fallback: 120 },
    rate: { about: "messages a second to each group", fallback: 2 },
    "cut-every": { about: "seconds between the cuts of a connection", fallback: 15 },
    "cut-for": { about: "seconds that a connection stays cut", fallback: 2 },
    processes: { about: "processes that the clients run in", fallback: 4 },
  },
  async run(scope, { sdk, light, plain, group, messages, rate, processes, seed, ...given }, progress) {
    const options = {
      seed,
      devices: { sdk, light, plain },
      groupSize: group,
      processes,
      cuts: { everyMs: given["cut-every"] * 1000, forMs: given["cut-for"] * 1000 },
      pace: { messages, perSecond: rate },
    };
    const result = toJitterResult(await runJitter(scope, options, progress));
    return { result, text: renderJitter(result), complaints: listComplaints(result) };
  },
});
