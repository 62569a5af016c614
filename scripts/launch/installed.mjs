/** Tells whether the packages in node_modules are those of the lock file, and remembers that they are. */
import { createHash } from "node:crypto";
import { existsSync, statSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { findRuntime } from "./runtime.mjs";

/** @typedef {{ version?: string, integrity?: string, optional?: boolean }} LockEntry */

/** The file that says for which lock file and machine the packages were installed.
 * @param {URL} root */
const markUrl = (root) => new URL("node_modules/.pipit-installed", root);

/** The copy of the lock file that npm writes last, when all packages are in place and their scripts have run.
 * @param {URL} root */
const npmRecord = (root) => new URL("node_modules/.package-lock.json", root);

/** Gives the Node to run under if everything is installed; undefined if not.
 * @param {URL} root
 * @returns {Promise<string | undefined>} */
export async function findInstalled(root) {
  if (!(await hasWorkspaceFolders(root))) return undefined;
  return (await readMark(root)) ?? adoptInstall(root);
}

/** Whether the packages that lie beside a workspace are there: cleaning up in packages/ takes them away unseen by npm.
 * @param {URL} root */
async function hasWorkspaceFolders(root) {
  const lock = await readJson(new URL("package-lock.json", root));
  const folders = Object.keys(lock?.packages ?? {}).map(
    (path) => /^(?!node_modules\/)[^/]+\/[^/]+\/node_modules\//.exec(path)?.[0],
  );
  return folders.every((folder) => folder === undefined || existsSync(new URL(folder, root)));
}

/** Remembers a finished install, and the Node found in it.
 * @param {URL} root
 * @param {string} node */
export async function markInstalled(root, node) {
  const mark = { key: await installKey(root), stamp: npmStamp(root), node };
  await writeFile(markUrl(root), JSON.stringify(mark));
}

/** @param {URL} root
 * @returns {Promise<string | undefined>} */
async function readMark(root) {
  const mark = await readJson(markUrl(root));
  if (mark?.key !== (await installKey(root)) || mark.stamp !== npmStamp(root)) return undefined;
  return existsSync(mark.node) ? mark.node : undefined;
}

/** Changes when anyone has installed with npm since the mark was made. `npm ci` removes its record first and writes
 * it last, so that an install which stops half-way is seen as such, and done again.
 * @param {URL} root */
function npmStamp(root) {
  return statSync(npmRecord(root), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** Takes over what someone installed with npm by hand: running `npm ci` over it would only pull the packages from
 * under programs that are using them.
 * @param {URL} root
 * @returns {Promise<string | undefined>} */
async function adoptInstall(root) {
  const installed = await readJson(npmRecord(root));
  const wanted = await readJson(new URL("package-lock.json", root));
  if (!installed || !wanted || !holdsAll(installed.packages, wanted.packages)) return undefined;
  const node = await findRuntime(root);
  // Someone else's folder: good to use, not ours to write to. The next command compares again.
  if (node) await markInstalled(root, node).catch(ignoreReadOnly);
  return node;
}

/** @param {Record<string, LockEntry>} installed
 * @param {Record<string, LockEntry>} wanted */
function holdsAll(installed, wanted) {
  return Object.entries(wanted).every(([path, entry]) => {
    const found = installed[path];
    // The root has no entry there, nor have optional packages for other systems.
    if (!found) return path === "" || entry.optional === true;
    return found.version === entry.version && found.integrity === entry.integrity;
  });
}

/** @param {URL} root */
async function installKey(root) {
  const lockFile = await readFile(new URL("package-lock.json", root));
  return createHash("sha256").update(lockFile).update(`${process.platform}-${process.arch}`).digest("hex");
}

/** A JSON file's content; undefined when it is absent or was cut off while being written.
 * @param {URL} url */
async function readJson(url) {
  try {
    return JSON.parse(await readFile(url, "utf8"));
  } catch (error) {
    if (error instanceof SyntaxError || codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** @param {unknown} error */
function ignoreReadOnly(error) {
  if (!["EACCES", "EPERM", "EROFS"].includes(codeOf(error))) throw error;
}

/** @param {unknown} error */
function codeOf(error) {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
