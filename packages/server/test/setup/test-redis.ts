/** A real Redis for tests, which can be killed, started again empty, and stopped in the middle of its work. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findRedis } from "../../src/cluster/find-redis.ts";
import { findFreePort } from "./server-process.ts";

export type TestRedis = {
  url: string;
  /** Kills it, as SIGKILL does; it takes no connections then. */
  stop(): Promise<void>;
  /** Kills it, if it runs, and starts it again, empty, where it was. */
  restart(): Promise<void>;
  /** Holds it: it takes connections and bytes, and answers nothing until `resume`. */
  pause(): void;
  resume(): void;
  close(): Promise<void>;
};

const startWithinMs = 10_000;

export async function startTestRedis(): Promise<TestRedis> {
  const program = await findRedis();
  const folder = await mkdtemp(join(tmpdir(), "pipit-redis-"));
  const port = await findFreePort();
  const settings = ["--port", `${port}`, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder];
  let redis = await launch(program, settings);
  const killAtExit = (): boolean => redis.kill("SIGKILL");
  process.once("exit", killAtExit);
  return {
    url: `redis://127.0.0.1:${port}`,
    stop: () => kill(redis),
    async restart() {
      await kill(redis);
      redis = await launch(program, settings);
    },
    pause: () => void redis.kill("SIGSTOP"),
    resume: () => void redis.kill("SIGCONT"),
    async close() {
      process.off("exit", killAtExit);
      await kill(redis);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** @returns once it takes connections */
async function launch(program: string, settings: string[]): Promise<ChildProcess> {
  const redis = spawn(program, settings, { stdio: ["ignore", "pipe", "ignore"] });
  let output = "";
  const isReady = new Promise<void>((resolve, reject) => {
    redis.stdout.on("data", (bytes: Buffer) => {
      output += bytes.toString();
      if (output.includes("Ready to accept connections")) resolve();
    });
    redis.once("error", reject);
    redis.once("exit", () => reject(new Error(`redis-server ended: ${output}`)));
  });
  const tooLate = setTimeout(() => redis.kill("SIGKILL"), startWithinMs);
  await isReady.finally(() => clearTimeout(tooLate));
  return redis;
}

async function kill(redis: ChildProcess): Promise<void> {
  if (redis.exitCode !== null || redis.signalCode !== null) return;
  redis.kill("SIGKILL");
  await once(redis, "exit");
}
