/** How soon a page shows its rooms, and what scripts it fetches before: counted as gzip at its best sends them. */
import { gzipSync } from "node:zlib";
import type { Page, Response } from "playwright-core";

type Script = { path: string; gzipBytes: number };

export type FirstLoad = {
  /** From the beginning of the navigation to the frame in which the first row of the list can be seen. */
  ms: number;
  /** Those that were asked for before that, the biggest first. */
  scripts: Script[];
};

/**
 * Begins to watch: to be called before the page is opened. The service worker's own file is none of the page's.
 * @returns what resolves when the row is there; after a reload, again, with `ms` anew
 */
export async function watchFirstLoad(page: Page): Promise<() => Promise<FirstLoad>> {
  const answered: Promise<Script>[] = [];
  const onResponse = (response: Response): void => {
    if (isScript(response)) answered.push(weigh(response));
  };
  page.on("response", onResponse);
  await page.addInitScript({ content: noteFirstRow });
  return async () => {
    const { ms, paths } = await page.evaluate<{ ms: number; paths: string[] }>("window.firstRow");
    page.off("response", onResponse);
    const scripts = (await Promise.all([...answered])).filter(({ path }) => paths.includes(path));
    return { ms, scripts: scripts.sort((a, b) => b.gzipBytes - a.gzipBytes) };
  };
}

function isScript(response: Response): boolean {
  return response.ok() && (response.headers()["content-type"] ?? "").includes("javascript");
}

async function weigh(response: Response): Promise<Script> {
  const body = await response.body();
  return { path: new URL(response.url()).pathname, gzipBytes: gzipSync(body, { level: 9 }).length };
}

// Runs in the page. What is fetched when the row stands there already comes later.
const noteFirstRow = `window.firstRow = new Promise((resolve) => {
  const look = (at) => {
    const row = document.querySelector("[data-room]");
    if (!row?.checkVisibility({ visibilityProperty: true })) return requestAnimationFrame(look);
    const before = performance.getEntriesByType("resource").filter((entry) => entry.startTime <= at);
    resolve({ ms: performance.now(), paths: before.map((entry) => new URL(entry.name).pathname) });
  };
  requestAnimationFrame(look);
})`;
