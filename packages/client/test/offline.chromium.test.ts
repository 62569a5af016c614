/** What a person does offline in a real browser, on a real IndexedDB, and what becomes of it. */
import { existsSync } from "node:fs";
import type { Message } from "@pipit/protocol/models/message";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { bytesOf, fetchMedia } from "../../server/test/setup/fetch-media.ts";
import { makeGroup, readHistory, say, viewRoom } from "../../server/test/setup/talk.ts";
import { type Person, startTestServer, type TestServer } from "../../server/test/setup/test-server.ts";
import type { PipitClient } from "../src/client.ts";
import {
  executablePath,
  launchBrowser,
  type OfflineBrowser,
  type Profile,
  pageOrigin,
} from "./setup/offline-browser.ts";
import type { OfflinePage, Row } from "./setup/offline-page.ts";
import { connect, until } from "./setup/test-client.ts";

declare const offlinePage: OfflinePage;

const isThere = existsSync(executablePath);
const mebibyte = 1024 * 1024;
const patience = { interval: 50, timeout: 15_000 };

it.skipIf(isThere)(`SKIPPED: there is no ${executablePath}, so nothing was done offline in a browser`, () => undefined);

describe.skipIf(!isThere)("a browser that was offline", () => {
  let server: TestServer;
  let browser: OfflineBrowser;
  let ada: Person;
  let bob: Person;
  let profile: Profile;
  let roomId: string;
  let app: { name: string; roomId: string };
  const clients: PipitClient[] = [];

  beforeAll(async () => {
    server = await startTestServer({ allowedOrigins: [pageOrigin] });
    ada = await server.person("ada");
    bob = await server.person("bob");
    browser = await launchBrowser();
  });
  beforeEach(async () => {
    roomId = await makeGroup(ada, ["bob"]);
    app = { name: `chat-${roomId}`, roomId };
    profile = await browser.profile(server.url, ada.token);
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) await client.close();
    await profile?.close();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  async function connectAs(person: Person): Promise<PipitClient> {
    const client = await connect(server, person);
    clients.push(client);
    client.room(roomId).messages.subscribe(() => {});
    return client;
  }

  /** The app in a tab that has brought everything up to date. */
  async function openSynced(): Promise<Page> {
    const page = await profile.open(app);
    await expect.poll(() => page.evaluate(() => offlinePage.isSynced()), patience).toBe(true);
    return page;
  }

  async function takeOffline(...pages: Page[]): Promise<void> {
    await profile.goOffline();
    for (const page of pages)
      await expect.poll(() => page.evaluate(() => offlinePage.status()), patience).toBe("waiting");
  }

  async function history(): Promise<Message[]> {
    const messages = await readHistory(bob, roomId);
    return messages.filter((message) => message.message_type !== "system");
  }

  const textsOf = (messages: readonly { content: string }[]): string[] => messages.map(({ content }) => content);

  it("[K1][K3][G3][G5] tells 50 messages and a photo once, in order, though it was loaded again, while others wrote", async () => {
    for (let n = 0; n < 6; n += 1) await say(n % 2 === 0 ? ada : bob, roomId, `history ${n}`);
    const otherRoom = await makeGroup(bob, ["ada"]);
    const page = await openSynced();
    expect(await page.evaluate(() => offlinePage.unreadSeen())).toEqual([1]);
    await takeOffline(page);
    const early = await sendAll(page, numbered("early", 25));
    const photo = await page.evaluate(() => offlinePage.sendPhoto("the harbour"));
    const late = await sendAll(page, numbered("late", 25));
    const keys = [...early, photo.key, ...late];
    const contents = [...numbered("early", 25), "the harbour", ...numbered("late", 25)];
    await expectEchoes(page, keys, contents);
    await profile.reload(page, app);
    await expectEchoes(page, keys, contents);
    await expect.poll(() => page.evaluate(() => offlinePage.rows().length), patience).toBe(6 + 51);
    expect(await page.evaluate((key) => offlinePage.fileSize(key), photo.key)).toBe(photo.size);
    expect(photo.size).toBeGreaterThan(200_000);

    const phone = await writeMeanwhile(otherRoom);
    await profile.goOnline();
    await allAre(page, keys, "sent");
    const said = await history();
    const meanwhile = ["from Bob", "from the phone", "from Bob again"];
    expect(textsOf(said)).toEqual([...numbered("history", 6), ...meanwhile, ...contents]);
    expect(said.slice(-51).map((message) => message.client_message_id)).toEqual(keys);
    await expectDownload(
      said.find((message) => message.content === "the harbour"),
      photo,
    );

    await readAsBob(page, keys);
    await say(bob, roomId, "the last");
    await expect
      .poll(() => page.evaluate(() => offlinePage.counts()), patience)
      .toEqual([
        [roomId, 1],
        [otherRoom, 3],
      ]);
    await expectUnread(ada, roomId, 1);
    await expectUnread(ada, otherRoom, 3);
    const seen = await page.evaluate(() => offlinePage.seen());
    expect(keys.map((key) => seen[key])).toEqual(keys.map(() => ["sending", "sent", "delivered", "read"]));
    const shown = await page.evaluate(() => offlinePage.rows());
    expect(textsOf(shown)).toEqual(textsOf(await history()));
    await until(phone.room(roomId).messages, ({ items }) => items.at(-1)?.content === "the last");
    expect(
      phone
        .room(roomId)
        .messages.getSnapshot()
        .items.map(({ key }) => key),
    ).toEqual(shown.map(({ key }) => key));
    await expectNothingLeft(page);
  });

  async function expectEchoes(page: Page, keys: string[], contents: string[]): Promise<void> {
    const shown = (await rowsOf(page, keys)).map((row) => [row.content, row.delivery, row.type]);
    const typeOf = (content: string) => (content === "the harbour" ? "image" : "text");
    expect(shown).toEqual(contents.map((content) => [content, "sending", typeOf(content)]));
  }

  /** What others, and another device of the same person, say. @returns that device */
  async function writeMeanwhile(otherRoom: string): Promise<PipitClient> {
    const phone = await connectAs(ada);
    await say(bob, roomId, "from Bob");
    await phone.room(roomId).send({ content: "from the phone" });
    await until(phone.outbox.items, (items) => items.length === 0);
    await say(bob, roomId, "from Bob again");
    for (const content of ["one", "two", "three"]) await say(bob, otherRoom, content);
    return phone;
  }

  async function readAsBob(page: Page, keys: string[]): Promise<void> {
    const peer = await connectAs(bob);
    await allAre(page, keys, "delivered");
    // His own last message says that he has read up to it.
    await expectUnread(bob, roomId, 51);
    expect(peer.room(roomId).room.getSnapshot()).toMatchObject({ unread_count: 51 });
    await peer.room(roomId).markRead();
    await allAre(page, keys, "read");
    await expectUnread(bob, roomId, 0);
  }

  async function expectDownload(message: Message | undefined, photo: { bytes: string }): Promise<void> {
    expect(message).toMatchObject({
      message_type: "image",
      media: { mime_type: "image/jpeg", width: 640, height: 400 },
    });
    const bytes = await bytesOf(await fetchMedia(bob, new URL(message?.media?.url ?? "", server.url).href));
    expect(bytes.equals(Buffer.from(photo.bytes, "base64"))).toBe(true);
  }

  async function expectUnread(person: Person, id: string, count: number): Promise<void> {
    await expect.poll(async () => (await viewRoom(person, id)).unread_count, patience).toBe(count);
  }

  it("[K1][K3][G3] goes on with the rest when its tab was killed while it told them", async () => {
    const page = await openSynced();
    await takeOffline(page);
    const keys = await sendAll(page, numbered("message", 50));
    const session = await profile.context.newCDPSession(page);
    const socket = await server.socket(bob);
    let heard = 0;
    socket.on("message:receive", () => {
      heard += 1;
      // It has no answer: there is nobody left to give one.
      if (heard === 5) session.send("Page.crash").catch(() => {});
    });
    const crashed = page.waitForEvent("crash");
    await profile.goOnline();
    await crashed;
    await page.close();
    const told = (await history()).length;
    expect(told).toBeGreaterThanOrEqual(5);
    expect(told).toBeLessThan(50);

    const again = await profile.open(app);
    await allAre(again, keys, "sent");
    expect((await history()).map((message) => message.client_message_id)).toEqual(keys);
    expect(heard).toBe(50);
    await expectNothingLeft(again);
    const seen = await again.evaluate(() => offlinePage.seen());
    for (const key of keys) expect(["sending sent", "sent"]).toContain(seen[key]?.join(" "));
  });

  it("[K3][K4] tells what two of its tabs added by one of them, and by the other when that is closed", async () => {
    const [first, second] = [await openSynced(), await openSynced()];
    const [toldByFirst, toldBySecond] = [watchSends(first), watchSends(second)];
    await takeOffline(first, second);
    const keys: string[] = [];
    for (let n = 0; n < 5; n += 1) {
      keys.push(...(await sendAll(first, [`first ${n}`])), ...(await sendAll(second, [`second ${n}`])));
    }
    for (const tab of [first, second]) await allAre(tab, keys, "sending");
    await profile.goOnline();
    for (const tab of [first, second]) await allAre(tab, keys, "sent");
    expect((await history()).map((message) => message.client_message_id)).toEqual(keys);
    expect([toldByFirst, toldBySecond]).toEqual([keys, []]);
    for (const tab of [first, second]) {
      const seen = await tab.evaluate(() => offlinePage.seen());
      expect(keys.map((key) => seen[key])).toEqual(keys.map(() => ["sending", "sent"]));
    }

    await first.close();
    const [last = ""] = await sendAll(second, ["alone"]);
    await allAre(second, [last], "sent");
    expect(toldBySecond).toEqual([last]);
    await expectNothingLeft(second);
  });

  it("never tells what was discarded before it came back", async () => {
    const page = await openSynced();
    await takeOffline(page);
    const [kept = "", dropped = ""] = await sendAll(page, ["kept", "dropped"]);
    const photo = await page.evaluate(() => offlinePage.sendPhoto("dropped too"));
    for (const key of [dropped, photo.key]) await page.evaluate((one) => offlinePage.discard(one), key);
    await profile.reload(page, app);
    const [last = ""] = await sendAll(page, ["the last"]);
    await profile.goOnline();
    await allAre(page, [kept, last], "sent");
    expect(textsOf(await history())).toEqual(["kept", "the last"]);
    expect(Object.keys(await page.evaluate(() => offlinePage.seen()))).toEqual([kept, last]);
  });

  it("goes on with a file from where it was when the page was loaded again", async () => {
    const page = await openSynced();
    const requests: [string, string | undefined][] = [];
    page.on("request", (request) => {
      const [, name] = /media\/(upload-url|resume|confirm)$/.exec(request.url()) ?? [];
      if (name !== undefined && request.method() === "POST") requests.push([name, undefined]);
      if (request.method() === "PATCH") requests.push(["PATCH", request.headers()["upload-offset"]]);
    });
    const session = await profile.context.newCDPSession(page);
    await session.send("Network.enable");
    const setSpeed = (uploadThroughput: number) =>
      session.send("Network.emulateNetworkConditions", {
        offline: false,
        latency: 0,
        downloadThroughput: -1,
        uploadThroughput,
      });
    await setSpeed(2 * mebibyte);
    const key = await page.evaluate((size) => offlinePage.sendFile("a long text", size), 5 * mebibyte);
    const sent = () => page.evaluate((one) => offlinePage.sent(one) ?? 0, key);
    await expect.poll(sent, patience).toBeGreaterThan(mebibyte);
    await profile.reload(page, app);
    await setSpeed(-1);
    await allAre(page, [key], "sent");
    const [message] = await history();
    expect(message).toMatchObject({ content: "a long text", message_type: "file", media: { size: 5 * mebibyte } });
    expect(requests.map(([name]) => name)).toEqual(["upload-url", "PATCH", "resume", "PATCH", "confirm"]);
    expect(Number(requests.at(-2)?.[1])).toBeGreaterThan(0);
  });

  it("[K1] says what the browser has no room for, and tells and shows all the same what it had, and what it hears", async () => {
    // The browser looks at once how much room there is, and remembers it for a while.
    const blank = await profile.context.newPage();
    await blank.goto(pageOrigin);
    const session = await profile.context.newCDPSession(blank);
    await session.send("Storage.overrideQuotaForOrigin", { origin: pageOrigin, quotaSize: 2 * mebibyte });
    const page = await openSynced();
    await takeOffline(page);
    const keys = await sendAll(page, ["one", "two"]);
    // What was refused takes up room for some time: there is none from now on.
    expect(await page.evaluate((size) => offlinePage.failToSend(size), 8 * mebibyte)).toBe("QuotaExceededError");
    await allAre(page, keys, "sending");
    await say(bob, roomId, "from Bob");
    await profile.goOnline();
    await allAre(page, keys, "sent");
    await expect.poll(() => page.evaluate(() => offlinePage.rows().length), patience).toBe(3);
    expect(textsOf(await history())).toEqual(["from Bob", "one", "two"]);
    const errors = await page.evaluate(() => offlinePage.errors());
    expect(errors.filter((error) => !error.startsWith("QuotaExceededError"))).toEqual([]);
  });
});

const numbered = (name: string, count: number): string[] => Array.from({ length: count }, (_, n) => `${name} ${n}`);

function sendAll(page: Page, contents: string[]): Promise<string[]> {
  return page.evaluate((given) => offlinePage.sendAll(given), contents);
}

/** What a page shows of messages, in the order in which it shows them. */
async function rowsOf(page: Page, keys: readonly string[]): Promise<Row[]> {
  const rows = await page.evaluate(() => offlinePage.rows());
  return rows.filter((row) => keys.includes(row.key));
}

/** The client ids of the messages that a page tells from now on, each time that it does. */
function watchSends(page: Page): string[] {
  const told: string[] = [];
  page.on("websocket", (socket) =>
    socket.on("framesent", ({ payload }) => {
      const [, id] = /"client_message_id":"([^"]+)"/.exec(String(payload)) ?? [];
      if (id !== undefined) told.push(id);
    }),
  );
  return told;
}

async function expectNothingLeft(page: Page): Promise<void> {
  await expect.poll(() => page.evaluate(() => offlinePage.waiting()), patience).toEqual([]);
  expect(await page.evaluate(() => offlinePage.errors())).toEqual([]);
}

async function allAre(page: Page, keys: readonly string[], delivery: string): Promise<void> {
  const deliveries = async () => (await rowsOf(page, keys)).map((row) => row.delivery);
  await expect.poll(deliveries, patience).toEqual(keys.map(() => delivery));
}
