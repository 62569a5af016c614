#!/usr/bin/env node
/** Pipit's launcher: sets the project up where needed, then runs one command under the project's own Node. */

const OLDEST_NODE = 20;

/** Each command's program and leading arguments, relative to the project's folder. */
const commands = {
  // The flag is the one of bin/pipit.js.
  start: ["--max-semi-space-size=32", "packages/server/bin/pipit.js", "start"],
  test: ["node_modules/vitest/vitest.mjs", "run"],
  verify: ["scripts/verify.ts"],
  bench: ["packages/bench/src/bench.ts"],
  crash: ["packages/bench/src/crash.ts"],
  chaos: ["packages/bench/src/chaos.ts"],
  fuzz: ["packages/bench/src/fuzz.ts"],
  soak: ["packages/bench/src/soak.ts"],
  scaling: ["packages/bench/src/scaling.ts"],
  sim: ["packages/client/test/sim/main.ts"],
};

/** Those that serve the web client. */
const withWeb = ["start", "test", "verify"];

await main(process.argv.slice(2));

/** @param {string[]} argv */
async function main([name = "", ...args]) {
  if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
    return fail(
      `Pipit needs Node.js ${OLDEST_NODE} or newer to start; this is ${process.version}. See https://nodejs.org`,
    );
  }
  const command = Object.entries(commands).find(([known]) => known === name)?.[1];
  if (!command) return fail(`Unknown command "${name}". Known: ${Object.keys(commands).join(", ")}.`);
  // Loaded only now: an older Node may not be able to read these files, and should get the sentence above.
  const { ensureInstalled, SetupError } = await import("./launch/install.mjs");
  const { ensureWebBuilt } = await import("./launch/build-web.mjs");
  const { runProgram } = await import("./launch/run-program.mjs");
  const root = new URL("..", import.meta.url);
  try {
    const node = await ensureInstalled(root);
    if (withWeb.includes(name)) await ensureWebBuilt(root, node);
    process.exitCode = await runProgram({ root, node, argv: [...command, ...args] });
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    fail(error.message, error.exitCode);
  }
}

/** Says on standard error why nothing runs: standard output belongs to the command.
 * @param {string} message
 * @param {number} [exitCode] */
function fail(message, exitCode = 1) {
  console.error(`pipit: ${message}`);
  process.exitCode = exitCode;
}
