/** A browser whose network can be taken away, while its pages still open: as those of an installed app do. */
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { openProxy, type ProxyLink } from "../../../bench/src/jitter/cuttable-proxy.ts";
import type { OfflinePage, PageOptions } from "./offline-page.ts";

declare const offlinePage: OfflinePage;

/** Where the pages come from; nothing listens there. */
export const pageOrigin = "http://localhost:8";
export const executablePath = "/usr/bin/chromium";

// What is answered in place of a network counts as coming from the internet, and may not ask this machine.
const features = ["LocalNetworkAccessChecks", "LocalNetworkAccessChecksWebSockets"];
const args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"];

/** A person's browser: what it keeps, its tabs, and its way to the server. */
export type Profile = {
  context: BrowserContext;
  /** Opens the app in a tab. */
  open(options: Omit<PageOptions, "url">): Promise<Page>;
  /** Loads the app in a tab again. */
  reload(page: Page, options: Omit<PageOptions, "url">): Promise<void>;
  goOffline(): Promise<void>;
  goOnline(): Promise<void>;
  close(): Promise<void>;
};

export type OfflineBrowser = {
  /** @param token what the app's own server gives its pages */
  profile(serverUrl: string, token: string): Promise<Profile>;
  close(): Promise<void>;
};

export async function launchBrowser(): Promise<OfflineBrowser> {
  const script = await bundlePage();
  const browser = await chromium.launch({ executablePath, args: [...args, `--disable-features=${features.join()}`] });
  return {
    profile: (serverUrl, token) => createProfile(browser, script, serverUrl, token),
    close: () => browser.close(),
  };
}

async function createProfile(browser: Browser, script: string, serverUrl: string, token: string): Promise<Profile> {
  const context = await browser.newContext();
  const proxy: ProxyLink = await openProxy(serverUrl);
  let isOffline = false;
  await context.route(`${pageOrigin}/**`, (route) => {
    const { pathname } = new URL(route.request().url());
    if (pathname === "/page.js") return route.fulfill({ contentType: "text/javascript", body: script });
    if (pathname !== "/token") return route.fulfill({ contentType: "text/html", body: html });
    return isOffline ? route.abort("internetdisconnected") : route.fulfill({ body: token });
  });
  const start = (page: Page, options: Omit<PageOptions, "url">): Promise<void> =>
    page.evaluate((given) => offlinePage.open(given), { ...options, url: proxy.url });
  return {
    context,
    async open(options) {
      const page = await context.newPage();
      await page.goto(pageOrigin);
      await start(page, options);
      return page;
    },
    async reload(page, options) {
      await page.reload();
      await start(page, options);
    },
    async goOffline() {
      isOffline = true;
      await context.setOffline(true);
      // The browser leaves WebSockets alone that are open by then.
      proxy.cut();
    },
    async goOnline() {
      isOffline = false;
      proxy.restore();
      await context.setOffline(false);
    },
    async close() {
      await context.close();
      proxy.close();
    },
  };
}

const html = '<!doctype html><title>chat</title><script src="/page.js"></script>';

async function bundlePage(): Promise<string> {
  const entry = fileURLToPath(new URL("./offline-page.ts", import.meta.url));
  const options = { bundle: true, write: false, format: "iife", platform: "browser", target: "es2023" } as const;
  const { outputFiles } = await build({ entryPoints: [entry], ...options });
  const [file] = outputFiles;
  if (!file) throw new Error("the page was not built");
  return file.text;
}
