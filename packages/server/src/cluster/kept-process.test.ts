/** Processes that are kept running. */
import { spawn } from "node:child_process";
import { expect, onTestFinished, test, vi } from "vitest";
import { createWatchedLog } from "../../test/setup/watched-log.ts";
import { KeptProcess } from "./kept-process.ts";

const patience = { timeout: 5_000, interval: 10 };

function keep(command: string, args: string[], patienceMs = 5_000) {
  const log = createWatchedLog();
  const ends: number[] = [];
  let output = "";
  const kept: KeptProcess = new KeptProcess({
    name: "sleeper",
    log,
    launch: () => {
      const child = spawn(command, args, { stdio: ["ignore", "pipe", "ignore"], detached: true });
      child.stdout.on("data", (bytes: Buffer) => {
        output += bytes.toString();
      });
      return child;
    },
    askToEnd: (child) => child.kill("SIGTERM"),
    patienceMs,
    onEnd: () => ends.push(kept.restarts),
  });
  onTestFinished(() => kept.stop());
  return { kept, log, ends, said: () => output };
}

test("one that is killed is started again, and one that is stopped is not", async () => {
  const { kept, log, ends } = keep("sleep", ["60"]);
  kept.start();
  const first = kept.pid;
  kept.kill();
  await vi.waitUntil(() => kept.pid !== undefined && kept.pid !== first, patience);
  expect(kept.restarts).toBe(1);
  expect(log.faults()).toHaveLength(1);
  await kept.stop();
  expect([kept.pid, kept.restarts, ends]).toEqual([undefined, 1, [0, 1]]);
  kept.start();
  expect(kept.pid).toBeTypeOf("number");
});

test("one that does not heed is killed with all that it started", async () => {
  const { kept, log, said } = keep("sh", ["-c", "trap '' TERM; echo ready; while :; do sleep 60; done"], 50);
  kept.start();
  // Before that, it would heed.
  await vi.waitUntil(() => said().includes("ready"), patience);
  await kept.stop();
  expect(kept.pid).toBeUndefined();
  expect(log.warnings()).toHaveLength(1);
});

test("one that can't be started is tried again with growing pauses", async () => {
  const { kept, log } = keep("/nowhere/there-is-no-such-program", []);
  kept.start();
  await vi.waitUntil(() => kept.restarts === 1, patience);
  await vi.waitUntil(() => log.faults().length === 2, patience);
  await kept.stop();
  expect(kept.pid).toBeUndefined();
});
