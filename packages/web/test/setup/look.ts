/** Pictures of screens, kept and compared: what is drawn changes only when somebody wanted it to. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import pixelmatch from "pixelmatch";
import type { Page } from "playwright-core";
import { PNG } from "pngjs";
import { expect } from "vitest";

/** As they should be; and as they are now, with what differs in red, for whoever looks into a failure. */
const kept = new URL("../screens/", import.meta.url);
const now = new URL("../../test-results/screens/", import.meta.url);
/** Of all pixels, so many may differ: carets, the edges of letters. */
const mostDiffering = 0.002;
const isUpdating = process.env.UPDATE_SCREENS === "1";

/** Times, which are as wide as they happen to be, and colours made from ids that are new each time, are not compared. */
const steady = `
  *, ::before, ::after { animation: none !important; transition: none !important; caret-color: transparent !important; }
  time {
    display: inline-block !important; flex: none !important; width: 3.5rem !important; height: 1.1em !important;
    overflow: hidden !important; white-space: nowrap !important; visibility: hidden !important;
  }
  [data-avatar] { background-color: #6b7d75 !important; }
  [data-of-id] { color: #6b7d75 !important; }
`;

/**
 * Takes a picture of the page and compares it with the one that is kept. `UPDATE_SCREENS=1` keeps this one instead.
 * @param hidden selectors of what is another each time: codes, addresses
 * @throws when more than 0.2 % of its pixels differ, or none is kept
 */
export async function look(page: Page, name: string, hidden: readonly string[] = []): Promise<void> {
  await page.mouse.move(0, 0);
  await page.evaluate("document.fonts.ready");
  // The page's policy forbids style elements, as it should.
  await page.evaluate(`{
    globalThis.steady = new CSSStyleSheet();
    steady.replaceSync(${JSON.stringify(steady)});
    document.adoptedStyleSheets.push(steady);
  }`);
  // What has another size now is laid out anew, and measured by the lists.
  await page.evaluate("new Promise((resolve) => setTimeout(() => requestAnimationFrame(resolve), 150))");
  const mask = hidden.map((selector) => page.locator(selector));
  const take = () => page.screenshot({ animations: "disabled", mask, maskColor: "#6b7d75" });
  if (isUpdating) await save(kept, `${name}.png`, await take());
  else await expectSame(name, take);
  await page.evaluate("document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== steady)");
}

/** What is not yet as it should be may become so: on a busy machine the last of it is drawn late. */
async function expectSame(name: string, take: () => Promise<Buffer>): Promise<void> {
  const share = async () => {
    const bytes = await take();
    await save(now, `${name}.png`, bytes);
    return compare(name, bytes);
  };
  const message = `${name} looks different: see packages/web/test-results/screens`;
  await expect.poll(share, { message, timeout: 5_000, interval: 500 }).toBeLessThanOrEqual(mostDiffering);
}

async function compare(name: string, bytes: Buffer): Promise<number> {
  const before = PNG.sync.read(await readFile(new URL(`${name}.png`, kept)));
  const after = PNG.sync.read(bytes);
  const { width, height } = before;
  expect({ name, width: after.width, height: after.height }).toEqual({ name, width, height });
  const difference = new PNG({ width, height });
  const count = pixelmatch(before.data, after.data, difference.data, width, height, { threshold: 0.15 });
  if (count > 0) await save(now, `${name}.differs.png`, PNG.sync.write(difference));
  return count / (width * height);
}

async function save(folder: URL, name: string, bytes: Buffer): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(fileURLToPath(new URL(name, folder)), bytes);
}
