/**
 * Looks into a Node process through its inspector (the DevTools protocol): what its heap holds once it is cleaned up, which
 * no reading from outside tells.
 */
import { WebSocket } from "ws";
import type { Child } from "./child.ts";
import type { Scope } from "./scope.ts";
import { waitUntil } from "./wait-until.ts";

const openTimeoutMs = 10_000;
const callTimeoutMs = 60_000;

type HeldMemory = {
  /** Bytes in use on the heap after a full collection. */
  heapBytes: number;
  /** Bytes of buffers and other things outside of the heap. */
  externalBytes: number;
  /** Sockets, timers, files and the like that are open, by their kind. */
  handles: Record<string, number>;
};

export type Inspector = {
  readMemory(): Promise<HeldMemory>;
  /** A process that is to end waits for this. */
  close(): void;
};

/** The setting that has a process listen on a port when it is asked to, and not before. */
export function inspectorSetting(port: number): { NODE_OPTIONS: string } {
  return { NODE_OPTIONS: `--inspect-port=127.0.0.1:${port}` };
}

/** Opens the inspector of a process that was started with `inspectorSetting`. @throws {Error} when it does not open */
export async function openInspector(scope: Scope, child: Child, port: number): Promise<Inspector> {
  child.process.kill("SIGUSR1");
  let address = "";
  const look = async (): Promise<boolean> => {
    address = (await findAddress(port)) ?? "";
    return address !== "";
  };
  await waitUntil("the inspector", look, { timeoutMs: openTimeoutMs });
  const socket = new WebSocket(address, { perMessageDeflate: false });
  await new Promise<void>((resolve, reject) => socket.once("open", () => resolve()).once("error", reject));
  scope.defer(() => socket.terminate());
  return { readMemory: () => readMemory(socket), close: () => socket.terminate() };
}

async function findAddress(port: number): Promise<string | undefined> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/json/list`, { signal: AbortSignal.timeout(openTimeoutMs) });
    const [first] = (await response.json()) as { webSocketDebuggerUrl: string }[];
    return first?.webSocketDebuggerUrl;
  } catch {
    // Not listening yet.
    return undefined;
  }
}

const expression = `(() => {
  const { heapUsed, external } = process.memoryUsage();
  const handles = {};
  for (const kind of process.getActiveResourcesInfo()) handles[kind] = (handles[kind] ?? 0) + 1;
  return { heapBytes: heapUsed, externalBytes: external, handles };
})()`;

async function readMemory(socket: WebSocket): Promise<HeldMemory> {
  // The first collection may only find what the second one frees (finalisers).
  await call(socket, "HeapProfiler.collectGarbage");
  await call(socket, "HeapProfiler.collectGarbage");
  const answer = await call(socket, "Runtime.evaluate", { expression, returnByValue: true });
  return (answer as { result: { value: HeldMemory } }).result.value;
}

let lastId = 0;

function call(socket: WebSocket, method: string, params: object = {}): Promise<unknown> {
  lastId += 1;
  const id = lastId;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => end(() => reject(new Error(`${method} took too long`))), callTimeoutMs);
    const onClose = (): void => end(() => reject(new Error("the inspector is gone")));
    const onMessage = (data: { toString(): string }): void => {
      const answer = JSON.parse(data.toString()) as { id?: number; result?: unknown; error?: { message: string } };
      if (answer.id !== id) return;
      const { error } = answer;
      end(() => (error ? reject(new Error(`${method}: ${error.message}`)) : resolve(answer.result)));
    };
    const end = (settle: () => void): void => {
      clearTimeout(timer);
      socket.off("message", onMessage).off("close", onClose);
      settle();
    };
    socket.on("message", onMessage).on("close", onClose);
    socket.send(JSON.stringify({ id, method, params }));
  });
}
