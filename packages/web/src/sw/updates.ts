/** One version gives way to the next when somebody says so, not under their hands. */
import { cleanupOutdatedCaches } from "workbox-precaching";
import type { WorkerScope } from "./worker-scope.ts";

export function takeUpdates(worker: WorkerScope): void {
  cleanupOutdatedCaches();
  worker.addEventListener("message", ({ data }) => {
    // As workbox-window says it.
    if ((data as { type?: unknown } | null)?.type === "SKIP_WAITING") void worker.skipWaiting();
  });
  // A page that was loaded before there was a worker is served by it from then on.
  worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));
}
