/** The files of the built web client, read once: a path in a request never becomes a path on disk. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { type Encodings, toEncodings } from "./encodings.ts";

export type WebFile = {
  type: string;
  /** Of the bytes, without quotes. */
  tag: string;
  /** Its name changes with its bytes. */
  isHashed: boolean;
  bytes: Uint8Array<ArrayBuffer>;
  /** What it is sent as; undefined for what is compressed already. */
  encodings: Encodings | undefined;
};

/** By the path that each is served at, `/index.html` among them. */
export type WebFiles = ReadonlyMap<string, WebFile>;

const built = join(import.meta.dirname, "../../../../web/dist");
const page = "index.html";
const maxBytes = 64 * 1024 ** 2;

const types: Record<string, string> = {
  css: "text/css; charset=utf-8",
  html: "text/html; charset=utf-8",
  ico: "image/x-icon",
  jpg: "image/jpeg",
  js: "text/javascript; charset=utf-8",
  json: "application/json",
  m4a: "audio/mp4",
  map: "application/json",
  mp3: "audio/mpeg",
  ogg: "audio/ogg",
  png: "image/png",
  svg: "image/svg+xml",
  txt: "text/plain; charset=utf-8",
  wasm: "application/wasm",
  wav: "audio/wav",
  webmanifest: "application/manifest+json",
  webp: "image/webp",
  woff2: "font/woff2",
};

const compressible = /^text\/|json$|javascript|svg|wasm|x-icon/;

/**
 * The web client's files, or undefined where none is to be served.
 * @param setting PIPIT_WEB: a folder, `off`, or undefined for the one of this checkout, if it has been built
 * @throws {Error} when a folder is named that holds no web client
 */
export async function readWebFiles(setting: string | undefined): Promise<WebFiles | undefined> {
  if (setting === "off") return undefined;
  const folder = setting ?? built;
  if (!existsSync(join(folder, page))) {
    if (setting === undefined) return undefined;
    throw new Error(`PIPIT_WEB: there is no ${page} in ${folder}`);
  }
  const files = new Map<string, WebFile>();
  let total = 0;
  for (const path of await listFiles(folder)) {
    const file = await readWebFile(folder, path);
    total += file.bytes.length;
    if (total > maxBytes) throw new Error(`PIPIT_WEB: ${folder} holds more than ${maxBytes} bytes`);
    files.set(`/${path}`, file);
  }
  return files;
}

/** Neither links, which might lead anywhere, nor what begins with a dot. */
async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .filter((path) => !/(^|\/)\./.test(path));
}

async function readWebFile(folder: string, path: string): Promise<WebFile> {
  const bytes = new Uint8Array(await readFile(join(folder, path)));
  const type = types[/\.(\w+)$/.exec(path)?.[1]?.toLowerCase() ?? ""] ?? "application/octet-stream";
  return {
    type,
    tag: createHash("sha256").update(bytes).digest("base64url").slice(0, 22),
    isHashed: path.startsWith("assets/"),
    bytes,
    encodings: compressible.test(type) ? toEncodings(bytes) : undefined,
  };
}
