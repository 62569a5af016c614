/** The browser of the tests: the same build with the same fonts everywhere, from npm, so that its pictures can be compared. */
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
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
  const unpacked = await unpackChromium();
  const folder = await mkdtemp(join(tmpdir(), "pipit-browser-"));
  const env = { ...definedEnv(), FONTCONFIG_FILE: await writeFontConfig(folder), ...libraries(unpacked) };
  const browser = await chromium.launch({ executablePath: join(unpacked, "chromium"), args, env });
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

/** Where it is kept unpacked: with the packages that it belongs to. */
const packageFolder = join(dirname(require.resolve("@sparticuz/chromium")), "..");
const { version } = require(join(packageFolder, "package.json")) as { version: string };
const kept = fileURLToPath(new URL(`../../../../node_modules/.cache/chromium-${version}`, import.meta.url));

/** Unpacks the browser where that has not been done. Several processes may come at once: what is there is whole. */
async function unpackChromium(): Promise<string> {
  if (existsSync(kept)) return kept;
  await mkdir(dirname(kept), { recursive: true });
  const folder = await mkdtemp(`${kept}-`);
  const { TMPDIR } = process.env;
  // The package unpacks into the folder for temporary files, and takes what it finds there for whole.
  process.env.TMPDIR = folder;
  try {
    await chromiumFromNpm.executablePath();
    await inflate(join(packageFolder, "bin", "al2023.tar.br"));
  } finally {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
  }
  try {
    await rename(folder, kept);
  } catch (error) {
    // Another process was first.
    if (!existsSync(join(kept, "chromium"))) throw error;
    await rm(folder, { recursive: true, force: true });
  }
  return kept;
}

/** On a machine without them, the system libraries that come with the browser. */
function libraries(unpacked: string): Record<string, string> {
  const places = ["/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib"];
  if (places.some((place) => existsSync(join(place, "libnss3.so")))) return {};
  return { LD_LIBRARY_PATH: join(unpacked, "al2023", "lib") };
}

function definedEnv(): Record<string, string> {
  const given = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(given);
}
