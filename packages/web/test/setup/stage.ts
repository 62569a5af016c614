/** A server that serves the page as it was built, and people with browsers of their own in front of it. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { openProxy } from "../../../bench/src/jitter/cuttable-proxy.ts";
import { findFreePort } from "../../../bench/src/processes/free-port.ts";
import { startTestServer, type TestServer } from "../../../server/test/setup/test-server.ts";
import { type LaunchedBrowser, launchChromium } from "./launch-chromium.ts";

/** The page as it was built. */
export const dist = fileURLToPath(new URL("../../dist", import.meta.url));

const results = fileURLToPath(new URL("../../test-results/failures", import.meta.url));

export type Stage = {
  server: TestServer;
  /** A window in a profile of its own. What goes wrong in it unseen is kept in `faults`. */
  open(which: 0 | 1, options?: BrowserContextOptions): Promise<{ context: BrowserContext; page: Page }>;
  /** Where the page is. Nothing else leads to the server. */
  url: string;
  /** Takes the network away from everybody. */
  cut(): void;
  restore(): void;
  /** Keeps pictures of all windows, for whoever looks into a failure. */
  showAll(name: string): Promise<void>;
  /** Errors of pages, and what they said on their consoles that they should not have. */
  faults: string[];
  close(): Promise<void>;
};

/** @throws when the page has not been built: `npm test` does it */
export async function startStage(): Promise<Stage> {
  if (!existsSync(`${dist}/index.html`)) throw new Error("The web client is not built: run npm test.");
  const port = await findFreePort();
  const url = `http://localhost:${port}`;
  const server = await startTestServer({ web: dist, publicUrl: url });
  const network = await openProxy(server.url, port);
  const browsers: [LaunchedBrowser, LaunchedBrowser] = [await launchChromium(), await launchChromium()];
  const faults: string[] = [];
  const pages = new Set<Page>();
  return {
    server,
    url,
    faults,
    cut: network.cut,
    restore: network.restore,
    async open(which, options = {}) {
      const { browser } = browsers[which];
      const context = await browser.newContext({
        baseURL: url,
        viewport: { width: 1280, height: 800 },
        locale: "en",
        timezoneId: "UTC",
        reducedMotion: "reduce",
        permissions: ["microphone", "clipboard-read", "clipboard-write"],
        ...options,
      });
      context.setDefaultTimeout(15_000);
      const page = await context.newPage();
      listenForFaults(context, page, faults);
      pages.add(page);
      page.on("close", () => pages.delete(page));
      return { context, page };
    },
    async showAll(name) {
      const shots = [...pages].map((page, at) => page.screenshot({ path: `${results}/${name}-${at + 1}.png` }));
      await Promise.all(shots);
    },
    async close() {
      for (const browser of browsers) await browser.close();
      network.close();
      await server.close();
    },
  };
}

/** A lost network is none: tests take it away. */
const expected = /ERR_INTERNET_DISCONNECTED|ERR_CONNECTION_RESET|Failed to load resource|WebSocket connection to/;

function listenForFaults(context: BrowserContext, page: Page, faults: string[]): void {
  page.on("pageerror", (error) => faults.push(String(error.stack ?? error)));
  context.on("console", (message) => {
    const text = message.text();
    if (message.type() === "error" && !expected.test(text)) faults.push(text);
  });
}
