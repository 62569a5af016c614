/** The real server as a process, as `npm start` runs it. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { testAdminKey, testSecret } from "./test-server.ts";

const program = fileURLToPath(new URL("../../bin/pipit.js", import.meta.url));
const startWithinMs = 30_000;

export type ServerProcess = {
  url: string;
  child: ChildProcess;
  /** What it has printed so far, on either stream. */
  output(): string;
  /** Sends the signal and waits for the end. @returns the exit code, or null if a signal ended it */
  end(signal: NodeJS.Signals): Promise<number | null>;
};

/** @param env settings besides the defaults of tests */
export async function startServerProcess(
  env: Record<string, string>,
  withinMs = startWithinMs,
): Promise<ServerProcess> {
  const port = await findFreePort();
  const dataDir = await mkdtemp(join(tmpdir(), "pipit-process-"));
  const child = spawn(process.execPath, [program, "start"], {
    env: {
      PATH: process.env.PATH,
      PORT: String(port),
      HOST: "127.0.0.1",
      PIPIT_DATA_DIR: dataDir,
      PIPIT_JWT_SECRET: testSecret,
      PIPIT_ADMIN_KEY: testAdminKey,
      PIPIT_DRAIN: "0",
      LOG_LEVEL: "warn",
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout?.on("data", (chunk) => {
    output += chunk;
  });
  child.stderr?.on("data", (chunk) => {
    output += chunk;
  });
  const ended = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
  ended.then(() => rm(dataDir, { recursive: true, force: true }));
  const url = `http://127.0.0.1:${port}`;
  await waitUntilReady(url, child, withinMs, () => output);
  return {
    url,
    child,
    output: () => output,
    end(signal) {
      child.kill(signal);
      return ended;
    },
  };
}

/** Resolves when a server that was started answers as ready, and ends it if it does not in time. */
export async function waitUntilReady(
  url: string,
  child: ChildProcess,
  withinMs: number,
  output: () => string,
): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (Date.now() < deadline && child.exitCode === null) {
    const response = await fetch(`${url}/readyz`).catch(() => undefined);
    if (response?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  child.kill("SIGKILL");
  throw new Error(`the server did not start:\n${output()}`);
}

export async function findFreePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
