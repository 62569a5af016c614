/** The project's own source files, as the checks of this folder see them. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

export type SourceFile = { path: string; source: string };

const patterns = ["{packages,examples,scripts}/**/*.{ts,tsx,mts,js,mjs,cjs}", "*.{ts,js,mjs}", ".*.mjs"];

/** Folders that hold nothing written by hand. */
const skipped = new Set(["node_modules", "dist", "generated", "coverage"]);

/** Every file that was written by hand, with its content; paths are relative to the root, with forward slashes. */
export function readSourceFiles(root: string): SourceFile[] {
  return globSync(patterns, { cwd: root, exclude: (name) => name.split(/[\\/]/).some((part) => skipped.has(part)) })
    .map((path) => path.replaceAll("\\", "/"))
    .sort()
    .map((path) => ({ path, source: readFileSync(join(root, path), "utf8") }));
}

/** Whether a file holds tests or serves them alone. */
export function isTestFile(path: string): boolean {
  return /\.(test|fixture)\.[jt]sx?$/.test(path) || /^(packages|examples)\/[^/]+\/test\//.test(path);
}
