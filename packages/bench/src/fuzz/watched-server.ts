/** A server to be fuzzed, with an eye on its log, its readiness and its memory. */
import { setTimeout as sleep } from "node:timers/promises";
import { sumSeries } from "../metrics.ts";
import { findFreePort } from "../processes/free-port.ts";
import { type Inspector, inspectorSetting, openInspector } from "../processes/inspector.ts";
import { readResidentBytes } from "../processes/memory.ts";
import { type PipitServer, startPipit } from "../processes/pipit-server.ts";
import type { Scope } from "../processes/scope.ts";
import { adminKey } from "./world.ts";

/** From here on a line of the log is a fault of the server: `error` and `fatal`. */
const faultLevel = 50;
const probeEveryMs = 1_000;
const failuresInRow = 3;
const probeTimeoutMs = 30_000;
const restTimeoutMs = 60_000;
const expectedExit =
  /^\s*$|^Debugger |^For help, see: https:\/\/nodejs\.org|^Starting inspector|^Waiting for the debugger/;

export type Level = {
  sockets: number;
  residentBytes: number;
  heapBytes: number;
  externalBytes: number;
  handles: Record<string, number>;
};

type Warnings = Map<string, { times: number; first: string }>;

export type WatchedServer = {
  readonly url: string;
  /** What was wrong so far, apart from answers. */
  readonly complaints: string[];
  /** What the log warns of: how often, and the first line of it. */
  readonly warnings: Warnings;
  /** Waits until all sockets are gone, and reads how much the server holds then. */
  rest(): Promise<Level>;
  stop(): Promise<void>;
};

export async function startWatched(
  scope: Scope,
  options: { dataDir: string; port: number; settings?: Record<string, string> },
): Promise<WatchedServer> {
  const inspectorPort = await findFreePort();
  const server = await startPipit(scope, {
    ...options,
    settings: { PIPIT_ADMIN_KEY: adminKey, ...inspectorSetting(inspectorPort), ...options.settings },
  });
  const complaints: string[] = [];
  const warnings: Warnings = new Map();
  readLog(server, complaints, warnings);
  const probe = watchReadiness(scope, server, complaints);
  let inspector: Inspector | undefined;
  return {
    url: server.url,
    complaints,
    warnings,
    async rest() {
      inspector ??= await openInspector(scope, server, inspectorPort);
      return await rest(server, inspector, complaints);
    },
    async stop() {
      probe.stop();
      inspector?.close();
      if (server.hasExited()) complaints.push(`the server ended by itself:\n${server.output()}`);
      await server.stop();
      if (server.process.signalCode === "SIGKILL") complaints.push("the server did not end when it was asked to");
    },
  };
}

function readLog({ process: { stdout, stderr } }: PipitServer, complaints: string[], warnings: Warnings): void {
  for (const stream of [stdout, stderr]) {
    let kept = "";
    stream?.on("data", (text: string) => {
      const lines = (kept + text).split("\n");
      kept = lines.pop() ?? "";
      for (const line of lines) readLine(line, complaints, warnings);
    });
  }
}

function readLine(line: string, complaints: string[], warnings: Warnings): void {
  if (expectedExit.test(line)) return;
  const entry = line.startsWith("{") ? (JSON.parse(line) as { level?: number; msg?: string }) : undefined;
  if (entry?.level === undefined) complaints.push(`printed outside of the log: ${line.slice(0, 500)}`);
  else if (entry.level >= faultLevel) complaints.push(`logged: ${line.slice(0, 2_000)}`);
  else {
    const before = warnings.get(entry.msg ?? "");
    warnings.set(entry.msg ?? "", { times: (before?.times ?? 0) + 1, first: before?.first ?? line.slice(0, 2_000) });
  }
}

function watchReadiness(scope: Scope, server: PipitServer, complaints: string[]): { stop(): void } {
  let isOver = false;
  const stop = (): void => {
    isOver = true;
  };
  const work = async (): Promise<void> => {
    let failures = 0;
    while (!isOver && !server.hasExited()) {
      const problem = await probe(server);
      failures = problem === undefined ? 0 : failures + 1;
      // A machine with too much to do may be late once. What was asked while the server was being stopped is no news.
      if (problem !== undefined && failures === failuresInRow && !isOver) complaints.push(problem);
      await sleep(probeEveryMs);
    }
  };
  work().catch((error: unknown) => complaints.push(String(error)));
  scope.defer(stop);
  return { stop };
}

async function probe({ url }: PipitServer): Promise<string | undefined> {
  try {
    const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(probeTimeoutMs) });
    const text = await response.text();
    return response.status === 200 ? undefined : `/readyz answered ${response.status}: ${text}`;
  } catch (error) {
    return `/readyz gave no answer: ${error instanceof Error ? error.message : String(error)}`;
  }
}

async function rest(server: PipitServer, inspector: Inspector, complaints: string[]): Promise<Level> {
  const deadline = performance.now() + restTimeoutMs;
  let sockets = await countSockets(server);
  while (sockets > 0 && performance.now() < deadline) {
    await sleep(250);
    sockets = await countSockets(server);
  }
  if (sockets > 0) complaints.push(`${sockets} sockets are open ${restTimeoutMs} ms after the last one was closed`);
  const held = await inspector.readMemory();
  return { ...held, sockets, residentBytes: await readResidentBytes(server.pid) };
}

async function countSockets(server: PipitServer): Promise<number> {
  return sumSeries(await server.readMetrics(), "pipit_sockets");
}
