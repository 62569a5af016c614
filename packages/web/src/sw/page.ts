/** The page at all its addresses, from what was kept when this version was installed. */
import { getCacheKeyForURL, matchPrecache } from "workbox-precaching";
import type { WorkerScope } from "./worker-scope.ts";

const page = "/index.html";
const policyName = "content-security-policy";

// What is the server's own (packages/server/src/http/web/web-pages.ts), and files.
const reserved = /^\/(api|docs|socket\.io|cdn-cgi|healthz|readyz|metrics|openapi\.json|asyncapi\.json)(\/|$)/;
const likeFile = /\/\.|\.[a-z0-9]{1,11}$/i;

export function servePage(worker: WorkerScope): void {
  worker.addEventListener("fetch", (event) => {
    const { mode, url } = event.request;
    const { origin, pathname } = new URL(url);
    if (mode !== "navigate" || origin !== worker.location.origin) return;
    if (reserved.test(pathname) || likeFile.test(pathname)) return;
    event.respondWith(findPage(event.request));
    event.waitUntil(renewPolicy());
  });
}

async function findPage(request: Request): Promise<Response> {
  return (await matchPrecache(page)) ?? fetch(request);
}

/**
 * What the page may talk to stands in a header, which the server's settings may change while the page itself stays the same:
 * the kept page takes the new one, from the next time it is opened.
 */
async function renewPolicy(): Promise<void> {
  const key = getCacheKeyForURL(page);
  const kept = key && (await caches.match(key));
  if (!kept) return;
  try {
    const now = await fetch(page, { cache: "no-cache" });
    if (!now.ok || now.headers.get(policyName) === kept.headers.get(policyName)) return;
    const copy = now.clone();
    if ((await now.text()) === (await kept.clone().text())) await replace(key, copy);
  } catch {
    // No network: what is kept will do.
  }
}

async function replace(key: string, response: Response): Promise<void> {
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    if (await cache.match(key)) await cache.put(key, response.clone());
  }
}
