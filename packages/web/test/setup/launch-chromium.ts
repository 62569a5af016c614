/** The browser of the tests: the same build with the same fonts everywhere, from npm, so that its pictures can be compared. */
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import chromiumFromNpm, { inflate } from "@sparticuz/chromium";
import { type Browser, chromium } from "playwright-core";

const require = createRequire(import.meta.url);
const fontPackages = ["noto-sans-arabic", "noto-sans-devanagari", "noto-color-emoji"];
const args = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--font-render-hinting=none",
  "--force-color-profile=srgb",
  // A microphone that beeps, and nobody who has to allow it.
  "--use-fake-device-for-media-stream",
  "--use-fake-ui-for-media-stream",
];

export type LaunchedBrowser = { browser: Browser; close(): Promise<void> };

/** Two calls give two browsers that share nothing. */
export async function launchChromium(): Promise<LaunchedBrowser> {
  const executablePath = await chromiumFromNpm.executablePath();
  const folder = await mkdtemp(join(tmpdir(), "pipit-browser-"));
  const env = { ...definedEnv(), FONTCONFIG_FILE: await writeFontConfig(folder), ...(await libraries()) };
  const browser = await chromium.launch({ executablePath, args, env });
  return {
    browser,
    async close() {
      await browser.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Only these fonts: what the machine has besides must not show. */
async function writeFontConfig(folder: string): Promise<string> {
  const folders = fontPackages.map((name) => dirname(require.resolve(`@expo-google-fonts/${name}/package.json`)));
  // The regular weight is enough: what is bold beyond the page's own font is made from it.
  const lines = folders.map((path) => `<dir>${join(path, "400Regular")}</dir>`);
  const path = join(folder, "fonts.conf");
  await mkdir(join(folder, "cache"));
  await writeFile(path, `<fontconfig>${lines.join("")}<cachedir>${join(folder, "cache")}</cachedir></fontconfig>`);
  return path;
}

/** On a machine without them, the system libraries that come with the browser. */
async function libraries(): Promise<Record<string, string>> {
  const places = ["/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib"];
  if (places.some((place) => existsSync(join(place, "libnss3.so")))) return {};
  const packed = join(dirname(require.resolve("@sparticuz/chromium")), "..", "bin", "al2023.tar.br");
  return { LD_LIBRARY_PATH: join(await inflate(packed), "lib") };
}

function definedEnv(): Record<string, string> {
  const given = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(given);
}
