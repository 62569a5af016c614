/** The store in the IndexedDB of a real browser: the contract, two tabs, a full disk, cleared site data. */
import { existsSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lastingStoreRules, storeRules } from "./store-contract.fixture.ts";
import type { StorePage } from "./store-page.fixture.ts";

declare const storePage: StorePage;

const executablePath = "/usr/bin/chromium";
const isThere = existsSync(executablePath);
const args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"];

it.skipIf(isThere)(`SKIPPED: there is no ${executablePath}, so the store was not tested in a browser`, () => undefined);

describe.skipIf(!isThere)("IndexedDB store in Chromium", () => {
  let server: Server;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let origin: string;

  beforeAll(async () => {
    const script = await bundlePage();
    server = createServer((request, response) => {
      const isScript = request.url === "/page.js";
      response.writeHead(200, { "content-type": isScript ? "text/javascript" : "text/html" });
      response.end(isScript ? script : '<!doctype html><title>store</title><script src="/page.js"></script>');
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    browser = await chromium.launch({ executablePath, args });
    context = await browser.newContext();
    page = await openPage();
  });

  afterAll(async () => {
    await browser?.close();
    server?.closeAllConnections();
    await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  });

  async function openPage(site = origin): Promise<Page> {
    const opened = await context.newPage();
    await opened.goto(site);
    return opened;
  }

  for (const title of Object.keys({ ...storeRules, ...lastingStoreRules })) {
    it(title, () => page.evaluate((each) => storePage.run(each), title));
  }

  it("random transactions leave it equal to a model", async () => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    console.log(`seed of the store in Chromium: ${seed}`);
    await page.evaluate((each) => storePage.checkAgainstModel(each, 40), seed);
  });

  it("two tabs raise one counter 100 times each: it is at 200, also after they are loaded again", async () => {
    const other = await openPage();
    await Promise.all([page, other].map((tab) => tab.evaluate(() => storePage.count("tabs", 100))));
    await other.reload();
    expect(await other.evaluate(() => storePage.count("tabs", 0))).toBe(200);
    await other.close();
  });

  it("[G1] the browser is asked to write the outbox strictly, the rest relaxed", async () => {
    const seen = await page.evaluate(async () => {
      type Begin = (...asked: unknown[]) => { mode: string; durability: string };
      const { prototype } = (globalThis as unknown as { IDBDatabase: { prototype: { transaction: Begin } } })
        .IDBDatabase;
      const begin = prototype.transaction;
      const durabilities: string[] = [];
      prototype.transaction = function (this: unknown, ...asked) {
        const transaction = begin.apply(this, asked);
        if (transaction.mode === "readwrite") durabilities.push(transaction.durability);
        return transaction;
      };
      const store = storePage.createIndexedDbStore({ name: "durability" });
      await storePage.writeAll(store, [storePage.put("a")]);
      await storePage.writeAll(store, [storePage.put("a"), storePage.put("a", 1, "outbox")]);
      prototype.transaction = begin;
      await store.close();
      return durabilities;
    });
    expect(seen).toEqual(["relaxed", "strict"]);
  });

  it("gives way to a newer version in another tab, and says so from then on", async () => {
    const other = await openPage();
    await page.evaluate(async () => {
      const store = storePage.createIndexedDbStore({ name: "newer" });
      await storePage.writeAll(store, [storePage.put("a")]);
      Object.assign(globalThis, { heldStore: store });
    });
    const upgraded = await other.evaluate(async () => {
      type Request = { result: { version: number; close(): void }; onsuccess: () => void; onerror: () => void };
      const { indexedDB } = globalThis as unknown as { indexedDB: { open(name: string, version: number): Request } };
      const database = await new Promise<Request["result"]>((resolve, reject) => {
        const request = indexedDB.open("newer", 20);
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(new Error("not upgraded"));
      });
      database.close();
      return database.version;
    });
    expect(upgraded).toBe(20);
    const failures = await page.evaluate(async () => {
      const { heldStore } = globalThis as unknown as { heldStore: ReturnType<StorePage["createIndexedDbStore"]> };
      const asked = [heldStore.get("messages", "a"), storePage.writeAll(heldStore, [storePage.put("b")])];
      return await Promise.all(asked.map(storePage.failureOf));
    });
    expect(failures).toEqual(["StoreTooNewError", "StoreTooNewError"]);
    await other.close();
  });

  it("a full disk is QuotaExceededError, and nothing of its transaction is there", async () => {
    // A site of its own: the browser remembers for a while how much room another one had.
    const site = origin.replace("127.0.0.1", "localhost");
    const other = await openPage(site);
    const session = await context.newCDPSession(other);
    await session.send("Storage.overrideQuotaForOrigin", { origin: site, quotaSize: 1_000_000 });
    const [failure, keys] = await other.evaluate(async () => {
      const { put, failureOf, writeAll, keysOf } = storePage;
      const store = storePage.createIndexedDbStore({ name: "full" });
      await writeAll(store, [put("a")]);
      const large = Array.from({ length: 200_000 }, () => Math.random()).join();
      const writes = [{ table: "messages", key: "a" } as const, put("b", large), put("c")];
      const name = await failureOf(writeAll(store, writes));
      return [name, await keysOf(store, "messages")] as const;
    });
    await other.close();
    expect([failure, keys]).toEqual(["QuotaExceededError", ["a"]]);
  });

  it("opens again, empty, after the site's data were cleared", async () => {
    const session = await context.newCDPSession(page);
    await page.evaluate(async () => {
      const store = storePage.createIndexedDbStore({ name: "cleared" });
      await storePage.writeAll(store, [storePage.put("a")]);
      Object.assign(globalThis, { heldStore: store });
    });
    await session.send("Storage.clearDataForOrigin", { origin, storageTypes: "indexeddb" });
    const found = await page.evaluate(async () => {
      const { heldStore } = globalThis as unknown as { heldStore: ReturnType<StorePage["createIndexedDbStore"]> };
      const before = await storePage.keysOf(heldStore, "messages");
      await storePage.writeAll(heldStore, [storePage.put("b")]);
      return [before, await storePage.keysOf(heldStore, "messages")];
    });
    expect(found).toEqual([[], ["b"]]);
  });
});

async function bundlePage(): Promise<string> {
  const entry = fileURLToPath(new URL("./store-page.fixture.ts", import.meta.url));
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: "iife",
    platform: "browser",
    target: "es2023",
  });
  const [file] = outputFiles;
  if (!file) throw new Error("the page was not built");
  return file.text;
}
