/** How fast the page is: measured, and held to what was promised. Runs when nothing else does (vitest.config.ts). */
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeGroup, say } from "../../server/test/setup/talk.ts";
import type { Person } from "../../server/test/setup/test-server.ts";
import { makeLongRoom, multiplyRoom } from "./setup/fill-room.ts";
import { type FirstLoad, watchFirstLoad } from "./setup/first-load.ts";
import {
  awaitFrame,
  openBusyClock,
  percentile,
  restingFrames,
  scrollConversation,
  shareOfLate,
} from "./setup/frames.ts";
import { field } from "./setup/people.ts";
import { type Stage, startStage } from "./setup/stage.ts";

/** What the first load may weigh as gzip, before the list of rooms can be read. */
const mostScriptBytes = 200_000;
/**
 * From the beginning of the navigation until a thousand rooms stand there: in a browser that knows nothing, and in one
 * that has been here. Measured on two cores in November 2026: 400 to 480 ms, and 210 to 320 ms. Three times as much is
 * allowed, for slower machines.
 */
const firstVisitMs = 1_500;
const secondVisitMs = 900;
/** Of all frames, so many more may be late (32 ms) than in a page that does nothing. Measured: 0.4 %. */
const mostLate = 0.01;
/** Measured: 8 ms. */
const mostTypingMs = 16;
/** Another program may take the processor meanwhile: noise only makes it slower, so the best counts. */
const tries = 3;
const scrollTries = 5;

const rooms = 1_000;
const messages = 100_000;

describe("budgets", () => {
  let stage: Stage;
  let ada: Person;
  let long: string;

  beforeAll(async () => {
    stage = await startStage();
    ada = await stage.server.person("ada");
    const bob = await stage.server.person("bob");
    const talk = await makeGroup(ada, [bob.id], { name: "Talk" });
    await say(bob, talk, "Hello");
    await multiplyRoom(stage.server.databaseUrl, talk, rooms - 2);
    long = await makeLongRoom(stage.server.databaseUrl, ada, bob, messages);
  });
  afterAll(async () => {
    await stage?.close();
  });

  /** Ada in a browser that has never seen the page, with her rooms before her. */
  async function visit(): Promise<{ context: BrowserContext; page: Page; load: () => Promise<FirstLoad> }> {
    const { context, page } = await stage.open(0);
    const load = await watchFirstLoad(page);
    await page.goto(`/#token=${ada.token}`);
    return { context, page, load };
  }

  it("the rooms can be read after 200 KB of script", async () => {
    const { context, load } = await visit();
    const { scripts } = await load();
    await context.close();
    const bytes = scripts.reduce((sum, { gzipBytes }) => sum + gzipBytes, 0);
    const lines = scripts.map(({ path, gzipBytes }) => `${gzipBytes} ${path}`);
    expect(scripts.length).toBeGreaterThan(1);
    expect(bytes, `${bytes} bytes:\n${lines.join("\n")}`).toBeLessThanOrEqual(mostScriptBytes);
    report(`${bytes} bytes of script before the rooms:\n${lines.join("\n")}`);
  });

  it("a thousand rooms stand there soon, and sooner the second time", async () => {
    const first: number[] = [];
    const second: number[] = [];
    for (let turn = 0; turn < tries; turn += 1) {
      const { context, page, load } = await visit();
      first.push((await load()).ms);
      // Until the worker serves the page and the rooms are in its store, the next visit would be a first one again.
      await page.evaluate(workerReady);
      await expect.poll(() => page.evaluate<number>(countStoredRooms), { timeout: 15_000 }).toBe(rooms);
      await page.reload();
      second.push((await load()).ms);
      await context.close();
    }
    report(`rooms after ${first.map(Math.round)} ms, the second time after ${second.map(Math.round)} ms`);
    expect(Math.min(...first)).toBeLessThan(firstVisitMs);
    expect(Math.min(...second)).toBeLessThan(secondVisitMs);
  });

  /** Opens the long room, newest messages first. */
  async function openLong(page: Page): Promise<void> {
    await page.goto(`/room/${long}`);
    await field(page).waitFor();
    await page.getByRole("article").last().waitFor();
  }

  it("a room of 100,000 messages scrolls at 60 frames a second", async () => {
    const shares: number[] = [];
    for (let turn = 0; turn < scrollTries && !shares.some((share) => share < mostLate); turn += 1) {
      const { context, page, load } = await visit();
      await load();
      const blank = await context.newPage();
      const resting = shareOfLate(await restingFrames(blank, 2));
      await blank.close();
      // It fetches the whole page to keep it, once.
      await page.evaluate(workerReady);
      await openLong(page);
      // Reading, then looking for something, as far as the speeds of a wheel go; pages of history are fetched on the way.
      const up = await scrollConversation(page, { way: "up", seconds: 6, speeds: [20, 60, 120, 40] });
      const down = await scrollConversation(page, { way: "down", seconds: 3, speeds: [60, 120] });
      await context.close();
      expect(up.pixels).toBeGreaterThan(5_000);
      const frames = [...up.frames, ...down.frames];
      shares.push(shareOfLate(frames) - resting);
      report(
        `${frames.length} frames over ${up.pixels + down.pixels} px: ${percent(shares)} late (at rest ${percent([resting])}), the longest ${Math.round(Math.max(...frames))} ms`,
      );
    }
    expect(Math.min(...shares)).toBeLessThan(mostLate);
  });

  // All that the main thread does from before the key goes down until the frame with its letter has been painted, other
  // than waiting: the handlers of keydown, input and keyup, React, style, layout, paint, and whatever timers are due
  // meanwhile, in time of the processor. Not what the browser's own process and the compositor take besides.
  it("a letter stands there within a frame, with a thousand rooms beside it", async () => {
    const { context, page, load } = await visit();
    await load();
    await openLong(page);
    await field(page).focus();
    const readBusyMs = await openBusyClock(page);
    const taken: number[] = [];
    for (const letter of "Well, well. ".repeat(17).slice(0, 200)) {
      const before = await readBusyMs();
      await page.keyboard.press(letter);
      await awaitFrame(page);
      taken.push((await readBusyMs()) - before);
    }
    expect((await field(page).inputValue()).length).toBe(200);
    await context.close();
    report(
      `a letter takes ${percentile(taken, 50).toFixed(1)} ms, 95 of 100 ${percentile(taken, 95).toFixed(1)} ms at most`,
    );
    expect(percentile(taken, 95)).toBeLessThanOrEqual(mostTypingMs);
  });

  it("nothing went wrong unseen", () => {
    expect(stage.faults).toEqual([]);
  });
});

function report(what: string): void {
  console.log(what);
}

function percent(shares: readonly number[]): string {
  return shares.map((share) => `${(share * 100).toFixed(2)} %`).join(", ");
}

// These run in the page.
const workerReady = "navigator.serviceWorker.ready.then(() => true)";
const countStoredRooms = `new Promise((resolve, reject) => {
  const opening = indexedDB.open("pipit-ada");
  opening.onerror = () => reject(opening.error);
  opening.onsuccess = () => {
    const counting = opening.result.transaction("rooms").objectStore("rooms").count();
    counting.onsuccess = () => {
      opening.result.close();
      resolve(counting.result);
    };
  };
})`;
