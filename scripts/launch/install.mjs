/** Installs the project's packages when they are missing or older than the lock file. */
import { constants, existsSync } from "node:fs";
import { access } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { withInstallLock } from "./install-lock.mjs";
import { findInstalled, markInstalled } from "./installed.mjs";
import { runNpm } from "./npm.mjs";
import { findRuntime, RUNTIME_MAJOR } from "./runtime.mjs";
import { SetupError } from "./setup-error.mjs";

export { SetupError };

/** How long npm may work without a word from us. */
const STILL_MS = 30_000;

/** Gives the path of the Node to run under, after installing what is missing.
 * @param {URL} root the project's folder
 * @returns {Promise<string>}
 * @throws {SetupError} when that cannot be done, with a sentence that says what to do */
export async function ensureInstalled(root) {
  const installed = await findInstalled(root);
  if (installed) return installed;
  await requireWritable(root);
  return withInstallLock(root, async (lock) => (await findInstalled(root)) ?? install(root, lock.addProcess));
}

/** @param {URL} root
 * @param {(pid: number) => void} onProcess */
async function install(root, onProcess) {
  const started = performance.now();
  console.error("pipit: installing packages (npm ci); this takes a minute the first time");
  // `node` and the tests' tools are development dependencies: NODE_ENV=production must not leave them out.
  const include = ["--include=dev", "--include=optional"];
  const patience = setInterval(() => console.error("pipit: still installing"), STILL_MS);
  await runNpm(root, ["ci", ...include, "--no-audit", "--no-fund", "--loglevel=error"], onProcess).finally(() =>
    clearInterval(patience),
  );
  const node = (await findRuntime(root)) ?? (await repairRuntime(root, onProcess));
  await markInstalled(root, node);
  console.error(`pipit: packages installed in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  return node;
}

/** The package `node` fetches its program in an install script: where scripts are switched off, run that one.
 * @param {URL} root
 * @param {(pid: number) => void} onProcess */
async function repairRuntime(root, onProcess) {
  console.error(`pipit: Node ${RUNTIME_MAJOR} is missing after the install; running its install script`);
  await runNpm(root, ["rebuild", "node", "--ignore-scripts=false", "--loglevel=error"], onProcess);
  const node = await findRuntime(root);
  if (node) return node;
  throw new SetupError(
    `node_modules/.bin/node is missing or does not run here. It comes from the install script of the package "node".\n` +
      `Allow install scripts ("npm config get ignore-scripts" should say false) and delete node_modules, ` +
      `or run this command with Node ${RUNTIME_MAJOR} or newer first on PATH.`,
  );
}

/** @param {URL} root */
async function requireWritable(root) {
  for (const folder of [root, new URL("node_modules/", root)]) {
    if (!existsSync(folder)) continue;
    try {
      await access(folder, constants.W_OK);
    } catch (cause) {
      throw new SetupError(
        `packages have to be installed, but this user may not write to ${fileURLToPath(folder)}.\n` +
          "Run the command as the owner of that folder, or give it to this user (chown -R).",
        { cause },
      );
    }
  }
}
