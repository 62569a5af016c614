import { expect, test } from "vitest";
import { startChild } from "./child.ts";
import { withScope } from "./scope.ts";
import { watchMemory } from "./watch-memory.ts";

const megabytes = 1e6;

/** A process that says when it has taken `size` bytes of memory, and holds a worker that has as many if it is asked to. */
const program = `
const { spawn } = require("node:child_process");
const [size, hasWorker] = process.argv.slice(1);
global.held = Buffer.alloc(Number(size), 1);
const ready = () => process.send("ready");
if (!hasWorker) ready();
else {
  const code = "global.held = Buffer.alloc(" + size + ", 1); process.send('ready'); process.channel.ref()";
  spawn(process.execPath, ["-e", code, "the-worker"], { stdio: ["ignore", "ignore", "inherit", "ipc"] })
    .on("message", ready)
    .on("error", (error) => { throw error; });
}
process.channel.ref();
`;

test.runIf(process.platform === "linux")(
  "a server and its workers are told apart, each with what it holds",
  async () => {
    await withScope(async (scope) => {
      const size = 150 * megabytes;
      const child = await startChild(scope, { name: "server", args: ["-e", program, String(size), "worker"] });
      await new Promise((resolve) => child.process.once("message", resolve));
      const watch = watchMemory(scope, child, "the-worker");
      const others = watchMemory(scope, child, "another-worker");
      const peak = await watch.read();
      expect(peak.server).toBeGreaterThan(size);
      expect(peak.workers).toBeGreaterThan(size);
      expect(await others.stop()).toMatchObject({ workers: 0 });
    });
  },
);
