/** The files that the documentation pages load, all of them from the server's own origin. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

const compress = promisify(gzip);
const require = createRequire(import.meta.url);

const types = {
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  svg: "image/svg+xml",
} as const;

export type DocsAsset = { type: string; version: string; compressed: Buffer; read(): Promise<Buffer> };
export type DocsAssetName = keyof typeof locations;

// Only these names are served: a path in a request never becomes a path on disk.
const locations = {
  "docs.css": own("docs.css"),
  "events.css": own("events.css"),
  "events.js": own("events.js"),
  "icon.svg": own("icon.svg"),
  "rest.css": own("rest.css"),
  "rest.js": own("rest.js"),
  "without-eval.js": own("without-eval.js"),
  "asyncapi.css": () => require.resolve("@asyncapi/react-component/styles/default.min.css"),
  // Without its parser, which compiles schemas to code that a strict Content-Security-Policy forbids.
  "asyncapi.js": () => require.resolve("@asyncapi/react-component/browser/standalone/without-parser.js"),
  "scalar.js": () => join(dirname(require.resolve("@scalar/api-reference")), "browser", "standalone.js"),
};

const loaded = new Map<DocsAssetName, Promise<DocsAsset>>();

/** An asset, read and compressed at its first use and kept compressed. @throws when it is not installed */
export function loadAsset(name: DocsAssetName): Promise<DocsAsset> {
  const known = loaded.get(name);
  if (known) return known;
  const asset = load(name);
  loaded.set(name, asset);
  // A failure is not kept: the next request tries again.
  asset.catch(() => loaded.delete(name));
  return asset;
}

export function isAssetName(name: string): name is DocsAssetName {
  return Object.hasOwn(locations, name);
}

async function load(name: DocsAssetName): Promise<DocsAsset> {
  const path = locations[name]();
  const bytes = await readFile(path);
  const version = createHash("sha256").update(bytes).digest("base64url").slice(0, 12);
  return { type: typeOf(name), version, compressed: await compress(bytes), read: () => readFile(path) };
}

function typeOf(name: string): string {
  const extension = name.split(".").at(-1);
  if (extension === "css" || extension === "js" || extension === "svg") return types[extension];
  throw new Error(`no content type is known for ${name}`);
}

function own(name: string): () => string {
  return () => join(import.meta.dirname, "../../assets/docs", name);
}
