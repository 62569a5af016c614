import { expect, test } from "vitest";
import { startChild } from "./child.ts";
import { withScope } from "./scope.ts";
import { waitUntil } from "./wait-until.ts";

const idle = "console.log('here'); setInterval(() => undefined, 1000)";

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test("a child ends with its scope, also when the run fails", async () => {
  let pid = 0;
  const run = withScope(async (scope) => {
    const child = await startChild(scope, { name: "idle", args: ["-e", idle] });
    pid = child.pid;
    expect(isRunning(pid)).toBe(true);
    throw new Error("boom");
  });
  await expect(run).rejects.toThrow("boom");
  expect(pid).toBeGreaterThan(0);
  expect(isRunning(pid)).toBe(false);
});

test("what a child printed is kept for error messages", async () => {
  await withScope(async (scope) => {
    const child = await startChild(scope, { name: "idle", args: ["-e", idle] });
    await waitUntil("the first line", () => child.output().includes("here"), { timeoutMs: 5_000 });
    await child.kill();
    expect(child.hasExited()).toBe(true);
    // Once it is gone, ending it again does nothing.
    await child.stop();
  });
});
