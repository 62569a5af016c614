/** `npm run soak`: a long run at half load. */
import { renderUsage } from "./read-arguments.ts";
import { runProgram } from "./run-program.ts";
import { defineScenario } from "./scenario.ts";
import { renderSoak } from "./soak/render-soak.ts";
import { runSoak } from "./soak/run-soak.ts";

const capacitySeconds = 60;

const soak = defineScenario({
  options: {
    minutes: { about: "how long", fallback: 60 },
    rate: { about: "messages a second; without it, half of what a minute at full load shows", fallback: 0 },
    every: { about: "seconds between samples", fallback: 10 },
    pairs: { about: "pairs of sockets", fallback: 100 },
  },
  async run(scope, { rate, every, ...options }, progress) {
    const given = { ...options, sampleSeconds: every, rate: rate === 0 ? undefined : rate, capacitySeconds };
    const result = await runSoak(scope, given, progress);
    return { result, text: renderSoak(result), complaints: result.complaints };
  },
});

const usage = (): string => renderUsage({ soak }, () => "npm run soak --");

process.exitCode = await runProgram({ soak }, ["soak", ...process.argv.slice(2)], usage);
