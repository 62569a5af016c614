/** Prints a test run's totals as its last line, from the runner's JSON report; fails unless tests ran and all passed. */
import { readFileSync } from "node:fs";

/** @typedef {{ status: string, assertionResults: { status: string }[] }} TestFile */

const [path = ""] = process.argv.slice(2);
const { success, testResults } = readReport(path);
const statuses = testResults.flatMap((file) => file.assertionResults.map(({ status }) => status));
const passed = statuses.filter((status) => status === "passed").length;
const failed = countFailed();
const skipped = statuses.filter((status) => status !== "passed" && status !== "failed").length;

console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
process.exitCode = passed > 0 && failed === 0 ? 0 : 1;

/** Failed tests, and files that broke before their first test: these have no failed test to show. A run that failed
 * without either, as by an error outside all tests, counts as one. */
function countFailed() {
  const tests = statuses.filter((status) => status === "failed").length;
  const brokenFiles = testResults.filter((file) => file.status === "failed" && !file.assertionResults.some(isFailed));
  return Math.max(tests + brokenFiles.length, success ? 0 : 1);
}

/** @param {{ status: string }} result */
function isFailed({ status }) {
  return status === "failed";
}

/** A run that broke down at once leaves an empty report.
 * @param {string} path
 * @returns {{ success: boolean, testResults: TestFile[] }} */
function readReport(path) {
  return JSON.parse(readFileSync(path, "utf8") || '{"success":false,"testResults":[]}');
}
