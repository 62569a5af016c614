/**
 * Takes the pictures of the README from a running demo (`npm start -- --demo`), into docs/images:
 * `node packages/web/test/take-screenshots.ts --url http://localhost:3000 [--only chat]`
 */
import { mkdir, stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { launchChromium } from "./setup/launch-chromium.ts";
import { openRoom, room } from "./setup/people.ts";

type Shot = {
  /** Whose page it is; without it, nobody's. */
  person?: string;
  options?: BrowserContextOptions;
  /** Makes the page show what the picture is of. */
  prepare(page: Page): Promise<void>;
};

const folder = fileURLToPath(new URL("../../../docs/images", import.meta.url));
const phone: BrowserContextOptions = { viewport: { width: 390, height: 844 }, hasTouch: true };
const group = "Class 10B parents";

/** By the name of the file. */
const shots: Record<string, Shot> = {
  "demo-people": { prepare: (page) => page.getByText("Zoe Papadopoulos").waitFor() },
  chat: {
    person: "Jonas Weber",
    options: { viewport: { width: 1280, height: 840 } },
    prepare: (page) => openRoom(page, group),
  },
  "dark-info": {
    person: "Jonas Weber",
    options: { colorScheme: "dark", viewport: { width: 1440, height: 860 } },
    async prepare(page) {
      await openRoom(page, "Physics lab");
      await openPanel(page, "info");
    },
  },
  "phone-rooms": { person: "Amara Okafor", options: phone, prepare: (page) => room(page, "Staff room").waitFor() },
  "phone-chat": { person: "Amara Okafor", options: phone, prepare: (page) => openRoom(page, "Staff room") },
  arabic: {
    person: "Layla Mansour",
    options: { locale: "ar" },
    async prepare(page) {
      await room(page, "Omar Haddad").getByRole("button").first().click();
      await page.getByRole("article").last().waitFor();
    },
  },
  "media-viewer": {
    person: "Jonas Weber",
    options: { viewport: { width: 960, height: 640 } },
    async prepare(page) {
      await openRoom(page, group);
      await settle(page);
      await page.getByRole("article").getByRole("button", { name: "Open photo" }).last().click();
      await page.getByRole("dialog").locator("img").first().waitFor();
    },
  },
};

/** Beside the room that is open. */
async function openPanel(page: Page, panel: string): Promise<void> {
  await page.goto(`${new URL(page.url()).pathname}?panel=${panel}`);
  await page.getByRole("complementary").getByRole("heading").first().waitFor();
  await page.getByRole("article").last().waitFor();
}

async function take(browser: Browser, url: string, name: string, { person, options, prepare }: Shot): Promise<void> {
  const viewport = { width: 1280, height: 800 };
  const context = await browser.newContext({
    baseURL: url,
    viewport,
    locale: "en",
    reducedMotion: "reduce",
    ...options,
  });
  try {
    const page = await context.newPage();
    page.on("pageerror", (error) => process.stderr.write(`${name}: ${error.stack ?? error}\n`));
    await page.goto("/");
    if (person) await enter(page, person);
    await prepare(page);
    await page.mouse.move(0, 0);
    await settle(page);
    const path = `${folder}/${name}.png`;
    await page.screenshot({ path, animations: "disabled", caret: "hide" });
    process.stdout.write(`${name}.png: ${Math.ceil((await stat(path)).size / 1000)} kB\n`);
  } finally {
    await context.close();
  }
}

/** The demo lets anybody be anyone of its people. */
async function enter(page: Page, person: string): Promise<void> {
  await page.getByRole("main").getByRole("button", { name: person }).click();
  await page.getByRole("navigation").getByRole("listitem").first().waitFor();
}

/** What comes from the network has come, and is drawn. */
async function settle(page: Page): Promise<void> {
  await page.waitForLoadState("networkidle");
  await until(page, "[...document.images].every((image) => image.complete)");
  // Where a ring or a grey box stands, something is still to come.
  await until(page, "!document.querySelector('[aria-busy=true], .animate-pulse-soft, .animate-spin')");
  await page.evaluate("document.fonts.ready");
  await page.waitForTimeout(1_500);
}

/** The page's policy lets nobody wait in the page for what a text says. */
async function until(page: Page, condition: string): Promise<void> {
  for (let turn = 0; turn < 100; turn += 1) {
    if (await page.evaluate<boolean>(condition)) return;
    await page.waitForTimeout(100);
  }
  throw new Error(`it never came to this: ${condition}`);
}

async function takeAll(): Promise<void> {
  const { values } = parseArgs({
    options: { url: { type: "string", default: "http://localhost:3000" }, only: { type: "string" } },
  });
  await mkdir(folder, { recursive: true });
  const { browser, close } = await launchChromium();
  try {
    for (const [name, shot] of Object.entries(shots)) {
      if (values.only === undefined || values.only === name) await take(browser, values.url, name, shot);
    }
  } finally {
    await close();
  }
}

await takeAll();
