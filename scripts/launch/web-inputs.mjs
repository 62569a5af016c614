/** Tells what the web client is built from, as one hash: file times say nothing in a fresh checkout or a container. */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Folders and files, relative to the project's. */
const inputs = [
  ...["web", "react", "client", "protocol"].flatMap((name) => [
    `packages/${name}/src`,
    `packages/${name}/package.json`,
  ]),
  "packages/web/index.html",
  "packages/web/public",
  "packages/web/vite.config.ts",
  "packages/web/tsconfig.json",
  "package-lock.json",
];

/** What no page ever loads. */
const unused = /\.(test|fixture)\.[^/]+$|(^|\/)\./;

/** @param {URL} root
 * @returns {Promise<string>} the same for the same names and bytes */
export async function hashWebInputs(root) {
  const folder = fileURLToPath(root);
  const paths = (await Promise.all(inputs.map((path) => listFiles(folder, path)))).flat().sort();
  const hash = createHash("sha256");
  for (const path of paths) {
    const bytes = await readFile(join(folder, path));
    // The length keeps two files from being taken for one.
    hash.update(`${path}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest("hex");
}

/** The files of a folder and of those in it, or the file itself; none where there is nothing.
 * @param {string} root
 * @param {string} path
 * @returns {Promise<string[]>} */
async function listFiles(root, path) {
  try {
    const entries = await readdir(join(root, path), { withFileTypes: true });
    const names = entries.filter(({ name }) => !unused.test(name));
    const files = names.filter((entry) => entry.isFile()).map(({ name }) => `${path}/${name}`);
    const folders = names.filter((entry) => entry.isDirectory()).map(({ name }) => listFiles(root, `${path}/${name}`));
    return [files, ...(await Promise.all(folders))].flat();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOTDIR") return [path];
    if (code === "ENOENT") return [];
    throw error;
  }
}
