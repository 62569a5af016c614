/** How this browser tells of messages: what notifications say, and whether there is a sound. */

export type NotifySettings = {
  /** Who wrote and what, if the server sends it. */
  hasPreviews: boolean;
  hasSounds: boolean;
};

const key = "pipit.notify";
const usual: NotifySettings = { hasPreviews: true, hasSounds: true };

export function readNotifySettings(): NotifySettings {
  const kept = localStorage.getItem(key);
  return kept === null ? usual : { ...usual, ...(JSON.parse(kept) as Partial<NotifySettings>) };
}

/** @param plainText what stands in a notification that says no more */
export async function saveNotifySettings(settings: NotifySettings, plainText: string): Promise<void> {
  localStorage.setItem(key, JSON.stringify(settings));
  // The service worker sees no localStorage.
  const cache = await caches.open(workerCache);
  await cache.put(workerKey, Response.json({ ...settings, plainText } satisfies WorkerSettings));
}

export type WorkerSettings = NotifySettings & { plainText: string };
export const workerCache = "pipit-notify";
export const workerKey = "/notify-settings";
