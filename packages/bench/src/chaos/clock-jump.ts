/** Clock jumps: one node's wall clock is put forward or back (by libfaketime, where it is installed), and right again. */
import { glob, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Scope } from "../processes/scope.ts";
import { makeTempFolder } from "../processes/temp-folder.ts";
import { waitUntil } from "../processes/wait-until.ts";
import type { Prepared } from "./cluster.ts";
import { type Fault, pickNode, waitSeconds } from "./fault.ts";

/** The one for programs with several threads. */
const places = [
  "/usr/lib/*/faketime/libfaketimeMT.so.1",
  "/usr/lib{,64}/faketime/libfaketimeMT.so.1",
  "/usr/local/lib/faketime/libfaketimeMT.so.1",
];
/** Seconds that a clock jumps by. */
const [least, most] = [60, 1_800];
const noticeMs = 10_000;
const right = "+0";

/** @throws {Error} saying what to do, where there is no libfaketime */
export async function prepareClocks(scope: Scope): Promise<Prepared> {
  const library = await findLibrary();
  const folder = await makeTempFolder(scope);
  const fileOf = (place: number): string => join(folder, `clock-${place}`);
  return {
    async settingsOf(place) {
      await writeFile(fileOf(place), right);
      return {
        LD_PRELOAD: library,
        FAKETIME_TIMESTAMP_FILE: fileOf(place),
        FAKETIME_CACHE_DURATION: "1",
        // The steady clock is none that anybody puts forward or back.
        FAKETIME_DONT_FAKE_MONOTONIC: "1",
      };
    },
    setClock: (place, offset) => writeFile(fileOf(place), offset),
  };
}

async function findLibrary(): Promise<string> {
  for await (const found of glob(places)) return found;
  throw new Error("Clock jumps need libfaketime, which is not installed here: apt-get install libfaketime.");
}

export const jumpClock: Fault = async (context) => {
  const { setClock } = context.prepared;
  if (!setClock) throw new Error("this run has no clocks to put");
  const { place, url } = pickNode(context);
  const seconds = context.random.between(least, most);
  const offset = `${context.random.pick(["+", "-"])}${seconds}`;
  context.progress(`the clock of node ${place} jumps by ${offset} s`);
  await setClock(place, offset);
  await waitUntil(`the jump of node ${place}'s clock`, async () => (await readOffset(url)) > least / 2, {
    timeoutMs: noticeMs,
    everyMs: 200,
  });
  await waitSeconds(context, 5, 20);
  await setClock(place, right);
  await waitSeconds(context, 2);
};

/** Seconds between this machine's clock and what a node dates its answers by. */
async function readOffset(url: string): Promise<number> {
  const response = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(noticeMs) });
  await response.arrayBuffer();
  return Math.abs(Date.parse(response.headers.get("date") ?? "") - Date.now()) / 1000;
}
