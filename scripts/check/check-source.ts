/** The checks that no tool off the shelf makes: size caps, and who may read the environment and the clock. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { checkAmbientReads } from "./ambient-reads.ts";
import { checkShrinks, checkSizes, type SizeException } from "./size-caps.ts";
import { readSourceFiles } from "./source-files.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const exceptionsPath = "scripts/check/size-exceptions.json";

const files = readSourceFiles(root);
const exceptions = JSON.parse(readFileSync(`${root}/${exceptionsPath}`, "utf8")) as SizeException[];
const problems = [
  ...checkSizes(files, exceptions),
  ...committedExceptions().flatMap((before) => checkShrinks(before, exceptions)),
  ...checkAmbientReads(files),
];
for (const problem of new Set(problems)) console.error(problem);
console.log(`${files.length} files checked`);
process.exitCode = problems.length === 0 ? 0 : 1;

/** Every version of the list that was ever committed; none outside a git checkout. */
function committedExceptions(): SizeException[][] {
  const commits = git("log", "--format=%H", "--", exceptionsPath).split("\n").filter(Boolean);
  return commits.map((commit) => JSON.parse(git("show", `${commit}:${exceptionsPath}`)) as SizeException[]);
}

function git(...args: string[]): string {
  try {
    return execFileSync("git", args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  } catch {
    // A source archive has no history to compare with: the caps themselves hold there all the same.
    return "";
  }
}
