import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const script = fileURLToPath(new URL("./summarise-tests.mjs", import.meta.url));

const file = (status: string, ...tests: string[]) => ({
  status,
  assertionResults: tests.map((each) => ({ status: each })),
});
const report = (success: boolean, ...testResults: object[]) => JSON.stringify({ success, testResults });

test.each([
  ["all passed", report(true, file("passed", "passed", "passed")), "2 passed, 0 failed", 0],
  ["skipped ones", report(true, file("passed", "passed", "pending", "todo")), "1 passed, 0 failed, 2 skipped", 0],
  ["a failed test", report(false, file("failed", "passed", "failed")), "1 passed, 1 failed", 1],
  ["a file that cannot be loaded", report(false, file("passed", "passed"), file("failed")), "1 passed, 1 failed", 1],
  ["an error outside all tests", report(false, file("passed", "passed")), "1 passed, 1 failed", 1],
  ["no test at all", report(true), "0 passed, 0 failed", 1],
  ["only skipped ones", report(true, file("passed", "skipped")), "0 passed, 0 failed, 1 skipped", 1],
  ["no report", "", "0 passed, 1 failed", 1],
])("the totals of a run with %s", (_what, content, line, exitCode) => {
  const folder = mkdtempSync(join(tmpdir(), "pipit-report-"));
  writeFileSync(join(folder, "report.json"), content);
  const { stdout, status } = spawnSync(process.execPath, [script, join(folder, "report.json")], { encoding: "utf8" });
  rmSync(folder, { recursive: true });
  expect({ stdout, status }).toEqual({ stdout: `${line}\n`, status: exitCode });
});
