/** Sends sockets away before the server stops, spread over a while so that they don't return all at once. */

import { tellAndClose } from "./close-socket.ts";
import type { PipitServer } from "./socket-server.ts";

const maxReturnMs = 5_000;

/** Resolves when all have been told; each is given its own moment to come back at. */
export async function drainSockets(io: PipitServer, seconds: number): Promise<void> {
  const sockets = [...io.sockets.sockets.values()];
  const steps = Math.max(1, Math.min(20, Math.floor(sockets.length / 50)));
  const perStep = Math.ceil(sockets.length / steps);
  for (let step = 0; step < steps; step += 1) {
    for (const socket of sockets.slice(step * perStep, (step + 1) * perStep)) {
      const wait = Math.floor(Math.random() * maxReturnMs);
      tellAndClose(socket, { reason: "server_draining", retry_after_ms: wait });
    }
    if (step + 1 < steps) await new Promise((resolve) => setTimeout(resolve, (seconds * 1000) / steps));
  }
}
