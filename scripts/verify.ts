/** The gate that every commit passes: format, lint, types, dead code, import law, size caps, generated files, tests. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { runStep, type Step } from "./verify/run-step.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const folders = ["packages", "examples", "scripts"].filter((folder) => existsSync(join(root, folder)));

/** Independent of each other, the slowest first. */
const checks: Step[] = [
  { name: "dead code", command: ["knip", "--no-progress", "--no-config-hints"] },
  { name: "types", command: ["tsc", "--noEmit", "--project", "."] },
  { name: "types of the web client", command: ["tsc", "--noEmit", "--project", "packages/web"] },
  { name: "import law", command: ["depcruise", "--config", ".dependency-cruiser.mjs", ...folders] },
  { name: "format and lint", command: ["biome", "check", "--error-on-warnings", "."] },
  { name: "size caps, clock and environment", command: ["node", "scripts/check/check-source.ts"] },
  { name: "generated files", command: ["node", "scripts/generate.ts", "--check"] },
];
const tests: Step = { name: "tests", command: ["vitest", "run"] };

/** Checks at work at once: as many as the smallest machine that we test on has cores. */
const WORKERS = 2;

const { values } = parseArgs({ options: { "no-test": { type: "boolean", default: false } } });
process.exitCode = (await verify(values["no-test"])) ? 0 : 1;

/** Whether all is well. Tests run alone, since some of them measure time, and only on code that passes the checks. */
async function verify(withoutTests: boolean): Promise<boolean> {
  const waiting = [...checks];
  const results: boolean[] = [];
  const work = async () => {
    for (let step = waiting.shift(); step; step = waiting.shift()) results.push(await runStep(root, step));
  };
  await Promise.all(Array.from({ length: WORKERS }, work));
  const passed = results.every(Boolean);
  if (withoutTests) return passed;
  if (passed) return runStep(root, tests);
  console.log("-    tests: not run, since a check failed");
  return false;
}
