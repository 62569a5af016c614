/** The service worker: the page without a network, and notifications. */
import { precacheAndRoute } from "workbox-precaching";
import { takeNotifications } from "./sw/notifications.ts";
import { servePage } from "./sw/page.ts";
import { takeUpdates } from "./sw/updates.ts";
import type { WorkerScope } from "./sw/worker-scope.ts";

declare const self: WorkerScope & { __WB_MANIFEST: { url: string; revision: string | null }[] };

// The page answers at many addresses: that is `servePage`'s affair, not the list's.
precacheAndRoute(self.__WB_MANIFEST, { directoryIndex: "", cleanURLs: false });
servePage(self);
takeNotifications(self);
takeUpdates(self);
