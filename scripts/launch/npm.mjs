/** Runs npm for the set-up, and turns its failures into sentences that say what to do. */
import { spawn } from "node:child_process";
import os from "node:os";
import { delimiter, dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { killOnSignal } from "./kill-on-signal.mjs";
import { SetupError } from "./setup-error.mjs";

/** What npm's output says, and what that means to whoever typed the command. The first match counts. */
const diagnoses = [
  {
    pattern: /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT/,
    advice:
      "The package registry cannot be reached. The first start needs the network once, later ones do not; " +
      "behind a proxy, set HTTPS_PROXY or npm's own `registry` and `proxy`.",
  },
  {
    pattern: /CERT_|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)/,
    advice: "The registry's certificate is not trusted: see npm's `cafile`.",
  },
  { pattern: /ENOSPC/, advice: "The disk is full: about 1.5 GB are needed." },
  {
    pattern: /EACCES|EPERM|EROFS/,
    advice: "npm may not write where it has to: check who owns this folder, node_modules and npm's cache (~/.npm).",
  },
  {
    pattern: /EUSAGE|in sync/,
    advice: "package-lock.json does not match package.json: run `npm install` and commit both.",
  },
  {
    pattern: /EINTEGRITY/,
    advice: "A package differs from the lock file's: try `npm cache verify`, or the registry's owner.",
  },
];

/** Runs npm in the project's folder to its end; its output is shown only if it fails.
 * @param {URL} root
 * @param {string[]} args
 * @param {(pid: number) => void} onProcess told npm's process id
 * @returns {Promise<void>}
 * @throws {SetupError} when npm is absent, fails, or is stopped by a signal */
export async function runNpm(root, args, onProcess) {
  const { code, signal, output } = await spawnNpm(root, args, onProcess);
  if (code === 0) return;
  if (signal) throw new SetupError("set-up was interrupted", { exitCode: 128 + os.constants.signals[signal] });
  const advice = diagnoses.find(({ pattern }) => pattern.test(output))?.advice ?? "";
  throw new SetupError(`"npm ${args[0]}" failed (exit code ${code}):\n${output.trim()}\n${advice}`.trimEnd());
}

/** @param {URL} root
 * @param {string[]} args
 * @param {(pid: number) => void} onProcess
 * @returns {Promise<{ code: number | null, signal: NodeJS.Signals | null, output: string }>} */
function spawnNpm(root, args, onProcess) {
  // A group of its own, so that one signal ends npm and all that it started.
  const options = { cwd: root, env: npmEnv(root), detached: true };
  const child = spawn("npm", args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  if (child.pid) onProcess(child.pid);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (output += text));
  const interruption = killOnSignal(child);
  return new Promise((settle, reject) => {
    child.once("error", (cause) => reject(npmMissing(cause)));
    child.once("close", (code, signal) => settle({ code, signal: interruption.end() ?? signal, output }));
  });
}

/** npm must not run under the very Node that it is about to replace, which `npm run` has put first on PATH.
 * @param {URL} root
 * @returns {NodeJS.ProcessEnv} */
function npmEnv(root) {
  const bin = resolve(fileURLToPath(new URL("node_modules/.bin", root)));
  const kept = (process.env.PATH ?? "").split(delimiter).filter((folder) => resolve(folder) !== bin);
  return { ...process.env, PATH: kept.join(delimiter) };
}

/** @param {Error} cause */
function npmMissing(cause) {
  const where = dirname(process.execPath);
  return new SetupError(
    `packages have to be installed, but npm cannot be run (${cause.message}). It comes with Node.js from nodejs.org; ` +
      `on Debian: apt-get install npm. The Node in use is in ${where}.`,
    { cause },
  );
}
