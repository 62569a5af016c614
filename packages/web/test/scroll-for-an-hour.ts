#!/usr/bin/env node
/**
 * Scrolls a room of 100,000 messages for as long as it is told to, further and further back, and says once a minute what
 * the page holds: `node packages/web/test/scroll-for-an-hour.ts --minutes 60`. Memory has to stay flat: it fails if the
 * last third of the time holds 15 % more than the first third.
 */
import { parseArgs } from "node:util";
import type { CDPSession, Page } from "playwright-core";
import { findFreePort } from "../../bench/src/processes/free-port.ts";
import { jwtSecret, startPipit } from "../../bench/src/processes/pipit-server.ts";
import { readDatabaseUrl } from "../../bench/src/processes/postmaster.ts";
import { type Scope, withScope } from "../../bench/src/processes/scope.ts";
import { makeTempFolder } from "../../bench/src/processes/temp-folder.ts";
import { systemClock } from "../../server/src/clock.ts";
import { createTokenIssuer } from "../../server/src/identity/issue-token.ts";
import { createRest } from "../../server/test/setup/rest-client.ts";
import type { Person } from "../../server/test/setup/test-server.ts";
import { makeLongRoom } from "./setup/fill-room.ts";
import { readMetrics, scrollConversation, shareOfLate } from "./setup/frames.ts";
import { launchChromium } from "./setup/launch-chromium.ts";
import { field } from "./setup/people.ts";
import { dist } from "./setup/stage.ts";

const messages = 100_000;
const mostGrowth = 1.15;
/** One minute: two steps back, one forth. */
const minute = [
  { way: "up", seconds: 20, speeds: [20, 60, 120, 40] },
  { way: "down", seconds: 20, speeds: [20, 60, 40] },
  { way: "up", seconds: 20, speeds: [40, 120, 60] },
] as const;

const { values } = parseArgs({ options: { minutes: { type: "string", default: "60" } } });
await withScope((scope) => run(scope, Number(values.minutes)));

async function run(scope: Scope, minutes: number): Promise<void> {
  const page = await openLongRoom(scope, minutes);
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  const heaps: number[] = [];
  for (let now = 1; now <= minutes; now += 1) {
    const frames: number[] = [];
    for (const part of minute) frames.push(...(await scrollConversation(page, part)).frames);
    const { heap, nodes, listeners } = await weigh(session);
    heaps.push(heap);
    const late = `${(shareOfLate(frames) * 100).toFixed(2)} % of frames late`;
    console.log(`${now} min: heap ${heap.toFixed(1)} MB, ${nodes} nodes, ${listeners} listeners, ${late}`);
  }
  const third = Math.ceil(heaps.length / 3);
  const growth = mean(heaps.slice(-third)) / mean(heaps.slice(0, third));
  console.log(`the last third holds ${growth.toFixed(3)} times what the first did`);
  if (growth > mostGrowth) process.exitCode = 1;
}

/** The page of somebody who has opened the room, on a server of its own. */
async function openLongRoom(scope: Scope, minutes: number): Promise<Page> {
  const dataDir = await makeTempFolder(scope);
  const server = await startPipit(scope, { port: await findFreePort(), dataDir, settings: { PIPIT_WEB: dist } });
  const tokens = createTokenIssuer(jwtSecret, systemClock);
  const know = async (id: string): Promise<Person> => {
    const { token } = await tokens.issue({ userId: id, tenantId: "default", name: id }, (minutes + 10) * 60);
    const rest = createRest(server.url, token);
    await rest.get("/users/me");
    return { id, tenant: "default", token, rest };
  };
  const ada = await know("ada");
  const roomId = await makeLongRoom(await readDatabaseUrl(dataDir), ada, await know("bob"), messages);
  const { browser, close } = await launchChromium();
  scope.defer(close);
  const page = await browser.newPage({ baseURL: server.url, viewport: { width: 1280, height: 800 }, locale: "en" });
  await page.goto(`/room/${roomId}#token=${ada.token}`);
  await field(page).waitFor();
  await page.getByRole("article").last().waitFor();
  return page;
}

/** What the page holds, after what it can do without has been thrown away. */
async function weigh(session: CDPSession): Promise<{ heap: number; nodes: number; listeners: number }> {
  await session.send("HeapProfiler.collectGarbage");
  const { JSHeapUsedSize, Nodes, JSEventListeners } = await readMetrics(session, [
    "JSHeapUsedSize",
    "Nodes",
    "JSEventListeners",
  ]);
  return { heap: JSHeapUsedSize / 1_048_576, nodes: Nodes, listeners: JSEventListeners };
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
}
