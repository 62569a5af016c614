/** Answers with a file: whole or in part, or with word that the client has it already (RFC 9110). */
import type { Readable } from "node:stream";
import { Readable as NodeReadable } from "node:stream";
import type { Context } from "hono";
import type { Services } from "../context.ts";
import type { MediaFile } from "../features/media/media-files-access.ts";
import { parseRange, type Range } from "./parse-range.ts";

const redirectSeconds = 60;
const publicSeconds = 300;

/** @param isPublic whether a cache that serves many may keep it */
export async function serveMediaFile(
  c: Context,
  services: Services,
  file: MediaFile,
  isPublic: boolean,
): Promise<Response> {
  setHeaders(c, file, isPublic);
  if (isKnown(c, file)) return c.body(null, 304);
  const range = isRangeWanted(c, file) ? parseRange(c.req.header("range"), file.object.size) : undefined;
  if (range === "unsatisfiable") {
    c.header("Content-Range", `bytes */${file.object.size}`);
    return c.body(null, 416);
  }
  const elsewhere = await findElsewhere(services, file);
  if (elsewhere !== undefined) {
    c.header("Cache-Control", `private, max-age=${redirectSeconds / 2}`);
    return c.redirect(elsewhere, 302);
  }
  return send(c, services, file, range);
}

async function send(c: Context, services: Services, file: MediaFile, range: Range | undefined): Promise<Response> {
  const { size } = file.object;
  const length = range ? range.end - range.start + 1 : size;
  c.header("Content-Length", String(length));
  if (range) c.header("Content-Range", `bytes ${range.start}-${range.end}/${size}`);
  const status = range ? 206 : 200;
  if (c.req.method === "HEAD") return c.body(null, status);
  const body = await services.media.store.read(file.key, range);
  if (!body) throw new Error("a medium that was there has no bytes");
  return c.body(toWebStream(body), status);
}

function toWebStream(body: Readable): ReadableStream<Uint8Array> {
  return NodeReadable.toWeb(body) as ReadableStream<Uint8Array>;
}

function setHeaders(c: Context, file: MediaFile, isPublic: boolean): void {
  const age = isPublic ? `public, max-age=${publicSeconds}` : "private, max-age=31536000";
  c.header("Content-Type", file.contentType === "text/plain" ? "text/plain; charset=utf-8" : file.contentType);
  c.header("Content-Disposition", toDisposition(c, file));
  c.header("Cache-Control", `${age}, immutable`);
  c.header("ETag", toTag(file));
  c.header("Last-Modified", file.object.modifiedAt.toUTCString());
  c.header("Accept-Ranges", "bytes");
  c.header("Vary", "Authorization");
  c.header("X-Content-Type-Options", "nosniff");
  // Whatever the bytes are, nothing in them runs, and pages of host products may show them.
  c.header("Content-Security-Policy", "default-src 'none'; media-src 'self'; style-src 'unsafe-inline'; sandbox");
  c.header("Cross-Origin-Resource-Policy", "cross-origin");
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
  const condition = c.req.header("if-range");
  return condition === undefined || condition.trim() === toTag(file);
}

async function findElsewhere({ config, media }: Services, file: MediaFile): Promise<string | undefined> {
  if (config.mediaDelivery !== "redirect") return undefined;
  return media.store.presignRead(file.key, {
    contentType: file.contentType,
    contentDisposition: file.isInline ? "inline" : "attachment",
    expiresInSeconds: redirectSeconds,
  });
}
