/** A Redis of the run's own, which can be stopped and started again on the same port. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { findFreePort } from "../processes/free-port.ts";
import type { Scope } from "../processes/scope.ts";
import { waitUntil } from "../processes/wait-until.ts";

const pipit = fileURLToPath(new URL("../../../server/bin/pipit.js", import.meta.url));
const startTimeoutMs = 10_000;

export type RedisProcess = {
  readonly port: number;
  readonly version: string;
  /** 0 while it is stopped. */
  pid(): number;
  start(): Promise<void>;
  /** SIGTERM: it ends in order, and what it had is gone. */
  stop(): Promise<void>;
};

/** Starts one, which ends with the scope. @throws {Error} saying what to do, when there is no redis-server */
export async function startRedis(scope: Scope): Promise<RedisProcess> {
  const program = await findProgram();
  const { stdout } = await promisify(execFile)(program, ["--version"]);
  const port = await findFreePort();
  let running: ReturnType<typeof spawn> | undefined;
  const start = async (): Promise<void> => {
    const settings = ["--bind", "127.0.0.1", "--port", String(port), "--save", "", "--appendonly", "no"];
    running = spawn(program, settings, { stdio: "ignore", detached: true });
    await once(running, "spawn");
    await waitUntil("the start of Redis", () => isListening(port), { timeoutMs: startTimeoutMs });
  };
  const stop = async (): Promise<void> => {
    const child = running;
    running = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    // One that was stopped hears nothing else.
    child.kill("SIGCONT");
    child.kill("SIGTERM");
    await ended;
  };
  scope.defer(stop);
  await start();
  return { port, pid: () => running?.pid ?? 0, version: /\bv=(\S+)/.exec(stdout)?.[1] ?? "unknown", start, stop };
}

/** Pipit's own way to one: of PATH, else of the system's packages. */
async function findProgram(): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [pipit, "find-redis"]);
  return stdout.trim();
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    // Not yet.
    return false;
  } finally {
    socket.destroy();
  }
}
