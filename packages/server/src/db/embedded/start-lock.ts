/** Lets one process at a time find, start or stop the PostgreSQL of a data directory. */
import { createHash } from "node:crypto";
import { rm } from "node:fs/promises";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Cluster } from "./cluster.ts";
import { isErrno } from "./errno.ts";

const timeoutMs = 300_000;

/**
 * Runs `task` while no other process of this machine runs one for the same data directory. The lock is a listening socket: the
 * kernel takes it away when its process dies, however it dies, and those who wait hear of it at once.
 * @throws when the lock can't be had within five minutes.
 */
export async function withStartLock<Result>(cluster: Cluster, task: () => Promise<Result>): Promise<Result> {
  const release = await acquire(toSocketName(cluster), performance.now() + timeoutMs, cluster);
  try {
    return await task();
  } finally {
    release();
  }
}

// Linux has names without files. The password makes the name one that others can't guess, and so can't occupy.
function toSocketName({ dataDir, password }: Cluster): string {
  const digest = createHash("sha256").update(`${password} ${dataDir}`).digest("hex").slice(0, 32);
  return process.platform === "linux" ? `\0pipit-start-${digest}` : join(tmpdir(), `pipit-start-${digest}`);
}

async function acquire(name: string, deadline: number, cluster: Cluster): Promise<() => void> {
  for (;;) {
    const release = await tryListen(name);
    if (release !== undefined) return release;
    await waitForRelease(name, deadline);
    if (performance.now() >= deadline) {
      throw new Error(`Another process has been starting or stopping PostgreSQL in ${cluster.dataDir} for minutes.`);
    }
  }
}

async function tryListen(name: string): Promise<(() => void) | undefined> {
  const waiting = new Set<Socket>();
  const server = createServer((socket) => {
    waiting.add(socket);
    socket.on("error", () => socket.destroy()).on("close", () => waiting.delete(socket));
  });
  if (!(await listen(server, name))) return undefined;
  return () => {
    server.close();
    for (const socket of waiting) socket.destroy();
  };
}

async function listen(server: Server, name: string): Promise<boolean> {
  return await new Promise((resolve, reject) => {
    server.once("error", (error) => (isErrno(error, "EADDRINUSE") ? resolve(false) : reject(error)));
    server.listen({ path: name, exclusive: true }, () => resolve(true));
  });
}

// The holder never says anything: the connection ends when the lock is free.
async function waitForRelease(name: string, deadline: number): Promise<void> {
  const failure = await new Promise<Error | undefined>((resolve) => {
    const socket = connect(name);
    let seen: Error | undefined;
    socket.setTimeout(Math.max(1, deadline - performance.now()), () => socket.destroy());
    socket.on("error", (error) => {
      seen = error;
    });
    socket.on("close", () => resolve(seen));
    socket.resume();
  });
  if (failure === undefined || isErrno(failure, "ECONNRESET", "ENOENT")) return;
  if (!isErrno(failure, "ECONNREFUSED")) throw failure;
  // A file whose process is dead. (Two who see this at once may both go on; PostgreSQL's own interlock is behind that.)
  if (!name.startsWith("\0")) await rm(name, { force: true });
}
