/** Starts PostgreSQL's server process. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { open } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { Cluster } from "./cluster.ts";
import type { SystemUser } from "./find-system-user.ts";
import { boundLog, measureLog, readLogTail } from "./postgres-log.ts";
import { readPostmasterFile } from "./postmaster-file.ts";
import { type Launch, programEnvironment } from "./run-program.ts";

const pollMs = 25;

/** PostgreSQL ended while it was starting; `said` is what it logged. */
export class LaunchError extends Error {
  readonly said: string;

  constructor(message: string, said: string) {
    super(`${message} It said:\n${said}`);
    this.name = "LaunchError";
    this.said = said;
  }
}

/**
 * Starts PostgreSQL and waits until it has recovered its data and takes connections.
 * @throws {LaunchError} when it ends before that, or is not ready at `deadline` (it then goes on, and the next start finds it).
 */
export async function launchPostmaster(
  cluster: Cluster,
  launch: Launch,
  user: SystemUser | undefined,
  deadline: number,
): Promise<void> {
  await boundLog(cluster.logFile);
  const logged = await measureLog(cluster.logFile);
  const child = await spawnDetached(launch, user, cluster.logFile);
  while (!(await isReady(cluster, child))) {
    const said = () => readLogTail(cluster.logFile, logged);
    if (hasEnded(child)) throw new LaunchError(`PostgreSQL could not be started on ${cluster.dir}.`, await said());
    if (performance.now() > deadline) {
      throw new LaunchError(`PostgreSQL on ${cluster.dir} is not ready yet; it goes on starting.`, await said());
    }
    await sleep(pollMs);
  }
}

// In a process group of its own, so that Ctrl-C in the terminal does not stop it before the server has drained.
async function spawnDetached(launch: Launch, user: SystemUser | undefined, logFile: string): Promise<ChildProcess> {
  const { command, args, ...identity } = launch;
  const output = await open(logFile, "a", 0o600);
  try {
    if (user !== undefined) await output.chown(user.uid, user.gid);
    const child = spawn(command, args, {
      ...identity,
      cwd: "/",
      env: programEnvironment,
      detached: true,
      stdio: ["ignore", output.fd, output.fd],
    });
    child.unref();
    await once(child, "spawn");
    return child;
  } finally {
    await output.close();
  }
}

async function isReady(cluster: Cluster, child: ChildProcess): Promise<boolean> {
  const file = await readPostmasterFile(cluster.dir);
  return file?.pid === child.pid && file?.status === "ready";
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
