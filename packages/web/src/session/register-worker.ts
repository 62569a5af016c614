/** The service worker of the page, and word of a newer version. */
import type { Workbox } from "workbox-window";

/** Looked for in a page that stays open for days. */
const lookEveryMs = 3_600_000;

let worker: Workbox | undefined;
let isBegun = false;
let isWaiting = false;
const listeners = new Set<() => void>();

/** Once, when the page has been drawn. In development there is none: it would show what was. */
export async function registerWorker(): Promise<void> {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator) || isBegun) return;
  isBegun = true;
  const { Workbox: Box } = await import("workbox-window");
  const box = new Box("/sw.js");
  worker = box;
  box.addEventListener("waiting", () => {
    isWaiting = true;
    for (const listener of listeners) listener();
  });
  reloadWithNext();
  await box.register();
  // Offline there is none.
  setInterval(() => void lookForUpdate().catch(() => undefined), lookEveryMs);
}

// Whoever pressed "reload", in whichever tab: the files of the version before are gone with it. The first worker, which
// takes over a page that had none, changes nothing.
function reloadWithNext(): void {
  if (!navigator.serviceWorker.controller) return;
  let isReloading = false;
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    if (isReloading) return;
    isReloading = true;
    location.reload();
  });
}

/** Asks the server for a newer version. @throws when it can't be reached */
export async function lookForUpdate(): Promise<void> {
  await worker?.update();
}

/** Whether a newer version is there, and waits for `takeUpdate`. */
export function isUpdateWaiting(): boolean {
  return isWaiting;
}

/** @returns a function that ends it */
export function onUpdateWaiting(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Gives way to the newer version: the page is loaded again. */
export function takeUpdate(): void {
  worker?.messageSkipWaiting();
}
