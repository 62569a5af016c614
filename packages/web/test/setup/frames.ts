/** How smoothly a page draws, and how much it has to do for it. */
import type { CDPSession, Page } from "playwright-core";

export type Scrolled = {
  /** Milliseconds between one frame and the next. */
  frames: number[];
  pixels: number;
};

export type Scrolling = {
  way: "up" | "down";
  seconds: number;
  /** Pixels a frame, one speed after the other, each for as long. */
  speeds: readonly number[];
};

/** Moves a conversation by script with each frame: unlike a wheel's, none of it is drawn without the main thread. */
export function scrollConversation(page: Page, { way, seconds, speeds }: Scrolling): Promise<Scrolled> {
  const steps = speeds.map((speed) => (way === "up" ? -speed : speed));
  return page.evaluate<Scrolled>(`(${scrollByFrame})(${JSON.stringify(steps)}, ${seconds * 1_000})`);
}

/** The frames of a page that does nothing, for as long: what is late there, the machine makes late. */
export function restingFrames(page: Page, seconds: number): Promise<number[]> {
  return page.evaluate<number[]>(`new Promise((resolve) => {
    const frames = [];
    let start;
    let last;
    requestAnimationFrame(function onFrame(at) {
      start ??= at;
      if (last !== undefined) frames.push(at - last);
      last = at;
      if (at - start < ${seconds * 1_000}) requestAnimationFrame(onFrame);
      else resolve(frames);
    });
  })`);
}

/** A frame comes every 16.7 ms. Of those that come later than this, at least one is missing before. */
const lateMs = 32;

export function shareOfLate(frames: readonly number[]): number {
  return frames.filter((ms) => ms > lateMs).length / frames.length;
}

/** The value that so many percent of them do not exceed. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.ceil((sorted.length * percent) / 100) - 1] ?? Number.NaN;
}

/**
 * The time that a page's main thread has been working, in milliseconds of the processor: what else runs on the machine
 * does not count.
 */
export async function openBusyClock(page: Page): Promise<() => Promise<number>> {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  return async () => 1_000 * (await readMetrics(session, ["TaskDuration"])).TaskDuration;
}

/** What the browser counts of a page: https://chromedevtools.github.io/devtools-protocol/tot/Performance */
export async function readMetrics<Name extends string>(
  session: CDPSession,
  names: readonly Name[],
): Promise<Record<Name, number>> {
  const { metrics } = await session.send("Performance.getMetrics");
  const values = new Map(metrics.map(({ name, value }) => [name, value]));
  return Object.fromEntries(names.map((name) => [name, values.get(name) ?? Number.NaN])) as Record<Name, number>;
}

/** Resolves when the next frame has been painted. */
export async function awaitFrame(page: Page): Promise<void> {
  await page.evaluate(`new Promise((resolve) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = resolve;
    port2.postMessage(undefined);
  }))`);
}

// Runs in the page.
const scrollByFrame = `(steps, duration) => new Promise((resolve) => {
  const scroller = document.querySelector('[role="group"][aria-label="Messages"]');
  const frames = [];
  let pixels = 0;
  let start;
  let last;
  const onFrame = (at) => {
    start ??= at;
    if (last !== undefined) frames.push(at - last);
    last = at;
    const step = steps[Math.floor(((at - start) / duration) * steps.length)];
    if (step === undefined) return resolve({ frames, pixels });
    const before = scroller.scrollTop;
    scroller.scrollTop = before + step;
    pixels += Math.abs(scroller.scrollTop - before);
    requestAnimationFrame(onFrame);
  };
  requestAnimationFrame(onFrame);
})`;
