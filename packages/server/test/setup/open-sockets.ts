/** Waits until a server has so many sockets: by then it has taken note of those that went. */
import { vi } from "vitest";
import type { TestServer } from "./test-server.ts";

export async function waitForSockets(server: TestServer, count: number): Promise<void> {
  await vi.waitUntil(async () => (await countSockets(server)) === count, { timeout: 5_000, interval: 10 });
}

async function countSockets(server: TestServer): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return Number(/^pipit_sockets (\d+)$/m.exec(text)?.[1] ?? Number.NaN);
}
