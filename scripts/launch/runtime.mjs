/** Finds the Node that the project runs under. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** The oldest major version that runs TypeScript as the project writes it. */
export const RUNTIME_MAJOR = 24;

/** The project's own Node, or else the one at work here if it is new enough; undefined when neither runs.
 * @param {URL} root
 * @returns {Promise<string | undefined>} */
export async function findRuntime(root) {
  const own = fileURLToPath(new URL("node_modules/.bin/node", root));
  for (const candidate of [own, process.execPath]) {
    if (existsSync(candidate) && (await majorOf(candidate)) >= RUNTIME_MAJOR) return candidate;
  }
  return undefined;
}

/** The major version of a Node program; 0 when it does not run, as one built for another system or C library.
 * @param {string} program */
async function majorOf(program) {
  try {
    const { stdout } = await promisify(execFile)(program, ["--version"]);
    return Number.parseInt(stdout.replace("v", ""), 10) || 0;
  } catch {
    return 0;
  }
}
