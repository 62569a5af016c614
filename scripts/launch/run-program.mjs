/** Runs a program under the project's Node, passes signals on to it, and gives its exit code. */
import { spawn } from "node:child_process";
import os from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

/** A second signal within this time is the same key press, seen by the terminal's group and again by npm. */
const SAME_SIGNAL_MS = 1000;

/** The caller's environment with the project's programs, its Node among them, first on PATH.
 * @param {URL} root */
function projectEnv(root) {
  const bin = join(fileURLToPath(root), "node_modules", ".bin");
  return { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ""}` };
}

/** Runs to the end and gives the exit code, or 128 + the signal's number as shells do.
 *
 * The program leads a session of its own: Ctrl-C reaches it once, through here, and not a second and third time from
 * the terminal and from npm, which a server would take for an impatient user. In return, it is told when this
 * launcher dies without a word (see follow-launcher.mjs).
 * @param {{ root: URL, node: string, argv: string[] }} program
 * @returns {Promise<number>} */
export function runProgram({ root, node, argv }) {
  const follower = new URL(`./follow-launcher.mjs?launcher=${process.pid}`, import.meta.url);
  const child = spawn(node, ["--import", follower.href, ...argv], {
    cwd: root,
    env: projectEnv(root),
    detached: true,
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  forwardSignals(child);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      if (signal) process.stderr.write(`pipit: what was running was ended by ${signal}\n`);
      endLeftovers(child);
      resolve(code ?? 128 + (signal ? os.constants.signals[signal] : 0));
    });
  });
}

/** Asks whatever an interrupted or killed program has left running, such as a test's servers, to end as well.
 * @param {import("node:child_process").ChildProcess} child the leader of its group */
function endLeftovers(child) {
  try {
    if (child.pid) process.kill(-child.pid, "SIGTERM");
  } catch (error) {
    const isEmpty = error instanceof Error && "code" in error && error.code === "ESRCH";
    if (!isEmpty) throw error;
  }
}

/** @param {import("node:child_process").ChildProcess} child */
function forwardSignals(child) {
  let last = Number.NEGATIVE_INFINITY;
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
    process.on(signal, () => {
      if (performance.now() - last < SAME_SIGNAL_MS) return;
      last = performance.now();
      // A closed terminal asks for an orderly end too.
      child.kill(signal === "SIGHUP" ? "SIGTERM" : signal);
    });
  }
}
