/** Notifications of the server (docs/operations/push.md): shown, taken away again, opened. */
import { type WorkerSettings, workerCache, workerKey } from "../notify/notify-settings.ts";
import type { WorkerScope } from "./worker-scope.ts";

/** As the server sends it. */
type Push = {
  type: "message" | "clear" | "test";
  /** The room's id: a newer notification of a room takes the place of the one before. */
  tag: string;
  title?: string;
  body?: string;
  badge: number;
  room_id?: string;
  sequence_number?: number;
  up_to_sequence?: number;
};

/** What the worker asks a page to do. */
export type WorkerMessage = { type: "open-room"; roomId: string };

export function takeNotifications(worker: WorkerScope): void {
  worker.addEventListener("push", (event) => {
    const push = parsePush(event.data);
    if (push) event.waitUntil(takePush(worker, push));
  });
  worker.addEventListener("notificationclick", (event) => {
    event.notification.close();
    event.waitUntil(openRoom(worker, (event.notification.data as Push | null)?.room_id));
  });
}

function parsePush(data: { json(): unknown } | null): Push | undefined {
  try {
    return data?.json() as Push | undefined;
  } catch {
    // Not of our server.
    return undefined;
  }
}

async function takePush({ registration }: WorkerScope, push: Push): Promise<void> {
  await showBadge(push.badge);
  if (push.type === "clear") return takeAway(registration, push);
  const settings = await findSettings();
  const isPlain = settings?.hasPreviews === false && push.type === "message";
  const text = isPlain ? settings.plainText : push.body;
  const title = (isPlain ? undefined : push.title) ?? "Pipit";
  // `renotify` is not in the compiler's list: a newer message of a room is to be heard as well.
  const options: NotificationOptions & { renotify: boolean } = {
    ...(text && { body: text }),
    tag: push.tag,
    renotify: true,
    icon: "/icon-192.png",
    data: push,
  };
  await registration.showNotification(title, options);
}

async function takeAway(registration: ServiceWorkerRegistration, push: Push): Promise<void> {
  const upTo = push.up_to_sequence ?? 0;
  // A newer message may have come before this did.
  for (const shown of await registration.getNotifications({ tag: push.tag })) {
    if (((shown.data as Push | null)?.sequence_number ?? 0) <= upTo) shown.close();
  }
}

async function showBadge(count: number): Promise<void> {
  try {
    if (count > 0) await navigator.setAppBadge?.(count);
    else await navigator.clearAppBadge?.();
  } catch {
    // No icon to show it on.
  }
}

async function findSettings(): Promise<WorkerSettings | undefined> {
  const kept = await (await caches.open(workerCache)).match(workerKey);
  return (await kept?.json()) as WorkerSettings | undefined;
}

/** In a tab that is open, the one that was looked at last, or in a new one. */
async function openRoom({ clients }: WorkerScope, roomId: string | undefined): Promise<void> {
  const tabs = await clients.matchAll({ type: "window", includeUncontrolled: true });
  const tab = tabs.find(({ focused }) => focused) ?? tabs.find((one) => one.visibilityState === "visible") ?? tabs[0];
  if (!tab) {
    await clients.openWindow(roomId === undefined ? "/" : `/room/${encodeURIComponent(roomId)}`);
    return;
  }
  if (roomId !== undefined) tab.postMessage({ type: "open-room", roomId } satisfies WorkerMessage);
  await tab.focus();
}
