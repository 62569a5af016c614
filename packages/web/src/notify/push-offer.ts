/** Whether a person may be asked about notifications. */
import { now } from "../clock.ts";

const key = "pipit.push-declined-at";
/** Who said "not now" is asked again after a month. */
const patienceMs = 30 * 86_400_000;

export function hasDeclined(): boolean {
  const at = Number(localStorage.getItem(key));
  return at > 0 && now() - at < patienceMs;
}

export function declineNow(): void {
  localStorage.setItem(key, String(now()));
}

/** Neither said yes nor no, in a browser that can and a page that has its service worker. */
export function canAsk(): boolean {
  const hasWorker = "serviceWorker" in navigator && navigator.serviceWorker.controller !== null;
  return hasWorker && "PushManager" in globalThis && globalThis.Notification?.permission === "default";
}
