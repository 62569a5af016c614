/** A Redis of the cluster's own: nothing on disk, for this machine only, behind a password, gone with the cluster. */
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "../log.ts";
import { findRedis } from "./find-redis.ts";
import { KeptProcess } from "./kept-process.ts";

export type OwnRedis = { url: string; stop(): Promise<void> };

const startWithinMs = 10_000;
const stopWithinMs = 5_000;
const lookEveryMs = 20;

/**
 * Starts it, and starts it again when it dies: the nodes heal by themselves, for nothing in it has to last.
 * @throws {Error} when there is no redis-server (saying what to do), or when it does not start
 */
export async function runRedis(log: Log): Promise<OwnRedis> {
  const program = await findRedis();
  const port = await findFreePort();
  const password = randomBytes(24).toString("base64url");
  const settings = toSettings(port, password);
  const kept = new KeptProcess({
    name: "redis",
    log,
    launch: () => launch(program, settings),
    askToEnd: (child) => child.stdin?.destroy(),
    patienceMs: stopWithinMs,
  });
  kept.start();
  try {
    await waitUntilListening(port);
  } catch (error) {
    await kept.stop();
    throw error;
  }
  return { url: `redis://:${password}@127.0.0.1:${port}`, stop: () => kept.stop() };
}

function toSettings(port: number, password: string): string {
  return [
    "bind 127.0.0.1",
    `port ${port}`,
    `requirepass ${password}`,
    'save ""',
    "appendonly no",
    "daemonize no",
    "maxmemory 512mb",
    "maxmemory-policy volatile-ttl",
    "loglevel warning",
    "",
  ].join("\n");
}

// The settings come by a pipe, for everybody may read a process's arguments. Redis does not look after whoever started it:
// the shell ends it when its own standard input ends, as it does when the cluster dies without a word.
const script = `
"$0" - <&3 3<&- 4<&- &
redis=$!
exec 3<&-
(cat <&4 >/dev/null; kill $redis) 2>/dev/null &
watch=$!
wait $redis
code=$?
kill $watch 2>/dev/null
exit $code
`;

function launch(program: string, settings: string): ChildProcess {
  const child = spawn("/bin/sh", ["-c", `exec 4<&0\n${script}`, program], {
    stdio: ["pipe", "ignore", "ignore", "pipe"],
    detached: true,
  });
  const [, , , input] = child.stdio;
  for (const stream of [child.stdin, input]) stream?.on("error", () => {});
  if (input && "end" in input) input.end(settings);
  return child;
}

async function waitUntilListening(port: number): Promise<void> {
  const deadline = performance.now() + startWithinMs;
  while (!(await isListening(port))) {
    if (performance.now() > deadline) throw new Error(`redis-server does not listen on port ${port}.`);
    await sleep(lookEveryMs);
  }
}

function isListening(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  return new Promise((resolve) => {
    socket.once("connect", () => resolve(true));
    socket.once("error", () => resolve(false));
  }).then((answer) => {
    socket.destroy();
    return answer === true;
  });
}

async function findFreePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("the probe got no port");
  return address.port;
}
