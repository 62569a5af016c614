/** What a browser keeps of a person, deleted without a client: their session has ended, so there is none to log out. */
import { forgetDeviceId } from "./device-id.ts";

/** The name of a person's store, which tabs of theirs share. */
export const storeNameOf = (userId: string): string => `pipit-${userId}`;

/** @throws what the browser says */
export async function forgetPerson(userId: string): Promise<void> {
  forgetDeviceId(userId);
  localStorage.removeItem(`pipit.push.${userId}`);
  // A tab that has the store open lets it go. Whether it has done so is not waited for.
  indexedDB.deleteDatabase(storeNameOf(userId));
  if ("caches" in globalThis) await caches.delete(`pipit-media-${userId}`);
  const registration = await navigator.serviceWorker?.getRegistration();
  await (await registration?.pushManager?.getSubscription())?.unsubscribe();
}
