/** Answers with a file: whole or in part, or with word that the client has it already (RFC 9110). */
import { Readable } from "node:stream";
import type { Context } from "hono";
import { AppError } from "../app-error.ts";
import type { Services } from "../context.ts";
import type { MediaFile } from "../features/media/media-files-access.ts";
import { parseRange, type Range } from "./parse-range.ts";
import { type Chunks, canPour, leaveToPour } from "./pour.ts";

const redirectSeconds = 60;
const publicSeconds = 300;

/** Who may keep a copy: what nobody may keep is also not to be had from the store itself, which knows of no withdrawal. */
export type Keepers = "anyone" | "viewer" | "nobody";

/** @param keepers whether caches may keep it, also one that serves many */
export async function serveMediaFile(
  c: Context,
  services: Services,
  file: MediaFile,
  keepers: Keepers,
): Promise<Response> {
  const headers = toHeaders(c, file, keepers);
  if (isKnown(c, file)) return c.body(null, 304, headers);
  const range = isRangeWanted(c, file) ? parseRange(c.req.header("range"), file.object.size) : undefined;
  if (range === "unsatisfiable") {
    const size = { "Content-Range": `bytes */${file.object.size}`, "Cache-Control": "no-store" };
    return c.body(null, 416, { ...safety, ...size });
  }
  // A signature is for one method.
  const isHere = c.req.method === "HEAD" || keepers === "nobody";
  const elsewhere = isHere ? undefined : await findElsewhere(c, services, file);
  if (elsewhere === undefined) return send(c, services, file, range, headers);
  c.header("Cache-Control", `private, max-age=${redirectSeconds / 2}`);
  return c.redirect(elsewhere, 302);
}

type Headers = Record<string, string>;

// The bytes are asked for before anything is said of them: when they don't come, the answer is an error and nothing else.
async function send(
  c: Context,
  services: Services,
  file: MediaFile,
  range: Range | undefined,
  headers: Headers,
): Promise<Response> {
  const { size } = file.object;
  const status = range ? 206 : 200;
  const told = {
    ...headers,
    "Content-Length": String(range ? range.end - range.start + 1 : size),
    ...(range ? { "Content-Range": `bytes ${range.start}-${range.end}/${size}` } : {}),
  };
  if (c.req.method === "HEAD") return c.body(null, status, told);
  if (canPour(c)) {
    leaveToPour(c, requireThere(await openChunks(services, file.key, range)));
    return c.body(null, status, told);
  }
  const body = requireThere(await services.media.store.read(file.key, range));
  return c.body(Readable.toWeb(body) as ReadableStream<Uint8Array>, status, told);
}

async function openChunks({ media }: Services, key: string, range: Range | undefined): Promise<Chunks | undefined> {
  return media.disk ? media.disk.store.readChunks(key, range) : media.store.read(key, range);
}

function requireThere<Body>(body: Body | undefined): Body {
  if (body === undefined) throw new AppError("not_found", { message: "There is no such file." });
  return body;
}

// Whatever the bytes are, nothing in them runs, and pages of host products may show them.
const safety: Headers = {
  "X-Content-Type-Options": "nosniff",
  "Content-Security-Policy": "default-src 'none'; media-src 'self'; style-src 'unsafe-inline'; sandbox",
  "Cross-Origin-Resource-Policy": "cross-origin",
};

const cacheControl: Record<Keepers, string> = {
  anyone: `public, max-age=${publicSeconds}, immutable`,
  viewer: "private, max-age=31536000, immutable",
  nobody: "no-store",
};

function toHeaders(c: Context, file: MediaFile, keepers: Keepers): Headers {
  return {
    ...safety,
    "Content-Type": file.contentType.startsWith("text/") ? `${file.contentType}; charset=utf-8` : file.contentType,
    "Content-Disposition": toDisposition(c, file),
    "Cache-Control": cacheControl[keepers],
    ETag: toTag(file),
    "Last-Modified": file.object.modifiedAt.toUTCString(),
    "Accept-Ranges": "bytes",
    Vary: "Authorization",
  };
}

function toTag(file: MediaFile): string {
  return `"${file.object.etag}"`;
}

// RFC 6266: the name in plain letters for old clients, and as it is.
function toDisposition(c: Context, { fileName, isInline }: MediaFile): string {
  const isShown = isInline && c.req.query("download") === undefined;
  const plain = fileName.replace(/[^\x20-\x7e]|["\\%]/g, "_");
  const full = encodeURIComponent(fileName).replace(/['()*]/g, (found) => `%${found.charCodeAt(0).toString(16)}`);
  return `${isShown ? "inline" : "attachment"}; filename="${plain}"; filename*=UTF-8''${full}`;
}

function isKnown(c: Context, file: MediaFile): boolean {
  const tags = c.req.header("if-none-match");
  if (tags !== undefined) return tags.trim() === "*" || splitTags(tags).includes(toTag(file));
  const since = c.req.header("if-modified-since");
  // The header has whole seconds.
  return since !== undefined && Math.floor(file.object.modifiedAt.getTime() / 1000) * 1000 <= Date.parse(since);
}

function splitTags(tags: string): string[] {
  return tags.split(",").map((tag) => tag.trim().replace(/^W\//, ""));
}

// A part is of use to those alone who have the rest of the same file.
function isRangeWanted(c: Context, file: MediaFile): boolean {
  // For HEAD, ranges mean nothing (RFC 9110, 14.2).
  if (c.req.method === "HEAD") return false;
  const condition = c.req.header("if-range");
  return condition === undefined || condition.trim() === toTag(file);
}

async function findElsewhere(c: Context, { config, media }: Services, file: MediaFile): Promise<string | undefined> {
  if (config.mediaDelivery !== "redirect") return undefined;
  return media.store.presignRead(file.key, {
    contentType: file.contentType,
    contentDisposition: toDisposition(c, file),
    expiresInSeconds: redirectSeconds,
  });
}
