/** When the process has too much to do. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createLoad, type Load } from "./load.ts";

let load: Load;
beforeEach(() => {
  load = createLoad();
});
afterEach(() => load.close());

function keepBusy(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

describe("[G11] load", () => {
  it("is high while one in four sockets is behind, if they are more than a few", () => {
    const rows: [open: number, waiting: number, isHigh: boolean][] = [
      [0, 0, false],
      [20, 20, false],
      [40, 21, true],
      [200, 50, false],
      [200, 51, true],
      [100_000, 20_000, false],
    ];
    for (const [open, waiting, isHigh] of rows) {
      load.noteSockets(open, waiting);
      expect(load.isHigh(), `${waiting} of ${open}`).toBe(isHigh);
    }
    load.noteSockets(200, 0);
    expect(load.isHigh()).toBe(false);
  });

  it("is high after a second in which the event loop was late all along, and not for ever", async () => {
    const end = performance.now() + 5_000;
    while (!load.isHigh() && performance.now() < end) {
      keepBusy(300);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(load.isHigh()).toBe(true);
    await expect.poll(() => load.isHigh(), { timeout: 10_000, interval: 100 }).toBe(false);
  });
});
