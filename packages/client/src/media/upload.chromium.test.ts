/** Uploads from a page in a real browser: of another origin, by XMLHttpRequest, with its progress. */
import { existsSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { type Browser, type BrowserContext, type CDPSession, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Person, startTestServer, type TestServer } from "../../../server/test/setup/test-server.ts";
import type { UploadPage } from "./upload-page.fixture.ts";

declare const uploadPage: UploadPage;

const executablePath = "/usr/bin/chromium";
const isThere = existsSync(executablePath);
const args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"];
const mebibyte = 1024 * 1024;
const fast = 4 * mebibyte;
const slow = mebibyte / 2;

it.skipIf(isThere)(`SKIPPED: there is no ${executablePath}, so no upload was tested in a browser`, () => undefined);

describe.skipIf(!isThere)("an upload from a page", () => {
  let server: TestServer;
  let pages: Server;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let session: CDPSession;
  let ada: Person;

  beforeAll(async () => {
    const script = await bundlePage();
    pages = createServer((request, response) => {
      const isScript = request.url === "/page.js";
      response.writeHead(200, { "content-type": isScript ? "text/javascript" : "text/html" });
      response.end(isScript ? script : '<!doctype html><title>upload</title><script src="/page.js"></script>');
    });
    await new Promise<void>((resolve) => pages.listen(0, "127.0.0.1", resolve));
    const origin = `http://127.0.0.1:${(pages.address() as AddressInfo).port}`;
    server = await startTestServer({ allowedOrigins: [origin] });
    ada = await server.person("ada");
    browser = await chromium.launch({ executablePath, args });
    context = await browser.newContext();
    page = await context.newPage();
    await page.goto(origin);
    session = await context.newCDPSession(page);
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
    pages?.closeAllConnections();
    await new Promise((resolve) => (pages ? pages.close(resolve) : resolve(undefined)));
  });

  /** @param speed bytes a second; 0 is none at all */
  async function setNetwork(speed: number): Promise<void> {
    const conditions = { offline: speed === 0, latency: 5, downloadThroughput: -1, uploadThroughput: speed };
    await session.send("Network.emulateNetworkConditions", conditions);
  }

  function start(size: number, options: object = {}): Promise<void> {
    const given = [server.url, ada.token, size, options] as const;
    return page.evaluate(([url, token, bytes, more]) => uploadPage.start(url, token, bytes, more), given);
  }

  async function expectArrived(size: number): Promise<number[]> {
    const { id, sent } = await page.evaluate(() => uploadPage.finish());
    const response = await fetch(`${server.url}/api/v1/chat/media/${id}/file`, {
      headers: { authorization: `Bearer ${ada.token}` },
    });
    expect(Buffer.from(await response.arrayBuffer()).equals(Buffer.alloc(size, "a"))).toBe(true);
    return sent;
  }

  const sentOnPage = async (): Promise<number> => (await page.evaluate(() => uploadPage.snapshot()))?.sent ?? 0;

  it("shows how far its PUT is", async () => {
    await setNetwork(fast);
    await start(2 * mebibyte);
    const sent = await expectArrived(2 * mebibyte);
    expect(sent.filter((bytes) => bytes > 0 && bytes < 2 * mebibyte).length).toBeGreaterThan(2);
    expect(sent).toEqual(sent.toSorted((a, b) => a - b));
  });

  it("that is paused in the middle of a chunk goes on by tus from where the server has it", async () => {
    await setNetwork(slow);
    await start(3 * mebibyte, { resumableFrom: mebibyte });
    await expect.poll(sentOnPage, { interval: 20 }).toBeGreaterThan(300_000);
    await page.evaluate(() => uploadPage.pause());
    expect(await page.evaluate(() => uploadPage.snapshot())).toMatchObject({ state: "paused" });
    await setNetwork(fast);
    await page.evaluate(() => uploadPage.resume());
    await expectArrived(3 * mebibyte);
  });

  it("goes on when the network is back", async () => {
    await setNetwork(slow);
    await start(3 * mebibyte, { resumableFrom: mebibyte });
    await expect.poll(sentOnPage, { interval: 20 }).toBeGreaterThan(300_000);
    await setNetwork(0);
    await expect.poll(() => page.evaluate(() => uploadPage.reason())).toEqual(["waiting", "network"]);
    await setNetwork(fast);
    await page.evaluate(() => uploadPage.resume());
    await expectArrived(3 * mebibyte);
  });
});

async function bundlePage(): Promise<string> {
  const entry = fileURLToPath(new URL("./upload-page.fixture.ts", import.meta.url));
  const options = { bundle: true, write: false, format: "iife", platform: "browser", target: "es2023" } as const;
  const { outputFiles } = await build({ entryPoints: [entry], ...options });
  const [file] = outputFiles;
  if (!file) throw new Error("the page was not built");
  return file.text;
}
