/** `npm run fuzz`: throws spoilt requests and frames at a server. */
import { renderFuzz } from "./fuzz/render-fuzz.ts";
import { runFuzz } from "./fuzz/run-fuzz.ts";
import { renderUsage } from "./read-arguments.ts";
import { runProgram } from "./run-program.ts";
import { defineScenario } from "./scenario.ts";

const fuzz = defineScenario({
  options: {
    requests: { about: "REST requests", fallback: 100_000 },
    frames: { about: "frames on the socket door", fallback: 1_000_000 },
    polling: { about: "requests of the long-polling transport", fallback: 4_000 },
  },
  async run(scope, options, progress) {
    const result = await runFuzz(scope, { ...options, isLimitedToo: true }, progress);
    return { result, text: renderFuzz(result), complaints: result.complaints };
  },
});

const usage = (): string => renderUsage({ fuzz }, () => "npm run fuzz --");

process.exitCode = await runProgram({ fuzz }, ["fuzz", ...process.argv.slice(2)], usage);
