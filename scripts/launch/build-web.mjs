/** Builds the web client when it is missing, or when it was built from something else than what is here now. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import os from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { withInstallLock } from "./install-lock.mjs";
import { killOnSignal } from "./kill-on-signal.mjs";
import { SetupError } from "./setup-error.mjs";
import { hashWebInputs } from "./web-inputs.mjs";

/** Of what a failed build says, so much is shown. */
const SHOWN_CHARACTERS = 4000;

const without = "PIPIT_WEB=off npm start starts the server without it.";

/** Where no web client is in the checkout, or the environment names another or none, nothing is built.
 * @param {URL} root the project's folder
 * @param {string} node the Node to build under
 * @throws {SetupError} when it cannot be built, with a sentence that says what to do */
export async function ensureWebBuilt(root, node) {
  if (process.env.PIPIT_WEB || !existsSync(new URL("packages/web/index.html", root))) return;
  if (await isBuilt(root)) return;
  try {
    await withInstallLock(root, async (lock) => {
      // Another command may have built it while this one waited.
      if (!(await isBuilt(root))) await build(root, node, lock.addProcess);
    });
  } catch (cause) {
    if (cause instanceof SetupError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SetupError(
      `the web client could not be built: ${reason}\n` +
        `This user must be able to write to ${fileURLToPath(root)} and packages/web in it. ${without}`,
      { cause },
    );
  }
}

/** Says from what the build was made. It is written last: a build that broke off has none.
 * @param {URL} root */
const markUrl = (root) => new URL("packages/web/dist/.build-hash", root);

/** @param {URL} root */
async function isBuilt(root) {
  if (!existsSync(markUrl(root)) || !existsSync(new URL("packages/web/dist/index.html", root))) return false;
  return (await readFile(markUrl(root), "utf8")).trim() === (await hashWebInputs(root));
}

/** @param {URL} root
 * @param {string} node
 * @param {(pid: number) => void} onProcess */
async function build(root, node, onProcess) {
  const started = performance.now();
  console.error("pipit: building the web client");
  const hash = await hashWebInputs(root);
  await rm(markUrl(root), { force: true });
  await runVite(root, node, onProcess);
  await writeFile(markUrl(root), `${hash}\n`);
  console.error(`pipit: web client built in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

/** @param {URL} root
 * @param {string} node
 * @param {(pid: number) => void} onProcess */
async function runVite(root, node, onProcess) {
  const cwd = fileURLToPath(new URL("packages/web/", root));
  const { code, signal, output } = await run(node, [findVite(cwd), "build"], cwd, onProcess);
  if (code === 0) return;
  if (signal) throw new SetupError("set-up was interrupted", { exitCode: 128 + os.constants.signals[signal] });
  throw new SetupError(
    `the web client could not be built (vite build, exit code ${code}):\n${output.trim().slice(-SHOWN_CHARACTERS)}\n${without}`,
  );
}

/** The package may lie beside the web client or among the project's.
 * @param {string} folder */
function findVite(folder) {
  return join(dirname(createRequire(join(folder, "package.json")).resolve("vite/package.json")), "bin/vite.js");
}

/** @param {string} node
 * @param {string[]} args
 * @param {string} cwd
 * @param {(pid: number) => void} onProcess
 * @returns {Promise<{ code: number | null, signal: NodeJS.Signals | null, output: string }>} */
function run(node, args, cwd, onProcess) {
  // What is built is for use, whatever the shell is set to; and a group of its own, so that one signal ends all of it.
  const env = { ...process.env, NODE_ENV: "production" };
  const child = spawn(node, args, { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  if (child.pid) onProcess(child.pid);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (output += text));
  const interruption = killOnSignal(child);
  return new Promise((settle, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => settle({ code, signal: interruption.end() ?? signal, output }));
  });
}
