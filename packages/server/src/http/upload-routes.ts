/** Takes uploads to the server's own disk, at the addresses that it gave out. A bucket takes its own. */
import type { IncomingMessage } from "node:http";
import { type Context, Hono } from "hono";
import { AppError } from "../app-error.ts";
import type { Services } from "../context.ts";
import { readInTime } from "../doors/read-in-time.ts";
import { requireOpenUpload, uploadSeconds } from "../features/media/media-files-access.ts";
import { holdOrFail, UploadLocks } from "../ports/media-store/disk/upload-locks.ts";
import type { UploadDoor } from "../ports/media-store/disk/upload-urls.ts";
import { reply } from "./reply.ts";

const retrySeconds = 5;
const patience = { idleMs: 60_000, totalMs: uploadSeconds * 1000 };

export function uploadRoutes(services: Services): Hono {
  const routes = new Hono();
  const newest = new UploadLocks();
  routes.put("/media/uploads/:token", (c) =>
    answer(services, c, "put", (disk, upload) => receiveAlone(newest, c, disk, upload)),
  );
  routes.on(["HEAD", "PATCH", "OPTIONS", "GET"], "/media/tus/:token", (c) =>
    answer(services, c, "tus", (disk, upload) => goOn(c, disk, upload)),
  );
  return routes;
}

type Upload = ReturnType<NonNullable<Services["media"]["disk"]>["uploadUrls"]["open"]>;
type Disk = NonNullable<Services["media"]["disk"]>;

async function answer(
  services: Services,
  c: Context,
  door: UploadDoor,
  work: (disk: Disk, upload: Upload) => Promise<Response>,
): Promise<Response> {
  try {
    const { disk } = services.media;
    if (!disk) throw new AppError("not_found", { message: "There is no such path." });
    const upload = disk.uploadUrls.open(c.req.param("token") ?? "");
    if (upload.door !== door) throw new AppError("not_found", { message: "There is no such path." });
    await requireOpenUpload(services, upload.key);
    return await work(disk, upload);
  } catch (error) {
    return reply(c, services.log, error, "media.upload");
  }
}

// One address is one upload at a time, or it would take the disk many times what was promised. The newest one goes on: a
// client whose network broke comes back while its old connection still seems to be there.
async function receiveAlone(newest: UploadLocks, c: Context, disk: Disk, upload: Upload): Promise<Response> {
  requirePromised(c, upload.promise);
  const stop = new AbortController();
  const work = (): Promise<Response> => receive(c, disk, upload, stop.signal);
  return holdOrFail(newest, upload.key, work, () => stop.abort());
}

async function receive(c: Context, disk: Disk, { key, promise }: Upload, signal: AbortSignal): Promise<Response> {
  await disk.store.receive(key, promise, readBody(c, signal));
  return c.json({ success: true, data: { fileKey: key } });
}

// The body is not touched before it is wanted: what is refused unread, the HTTP server clears away by itself, and the
// connection stays good for what comes next on it. What is refused on the way may be without end.
async function* readBody(c: Context, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  const { incoming } = (c.env ?? {}) as { incoming?: IncomingMessage };
  const body = incoming ? toChunks(incoming) : c.req.raw.body;
  if (!body) return;
  try {
    yield* readInTime(body, { ...patience, signal });
  } finally {
    if (incoming?.complete === false) c.header("Connection", "close");
  }
}

// Node's own request where there is one: the web stream made of it copies each chunk. Its end is left to the server, so
// that a refusal can still be answered.
function toChunks(incoming: IncomingMessage): AsyncIterable<Uint8Array> {
  return { [Symbol.asyncIterator]: () => incoming.iterator({ destroyOnReturn: false }) };
}

async function goOn(c: Context, disk: Disk, { key, promise }: Upload): Promise<Response> {
  const { url, method, headers } = c.req.raw;
  const body = method === "PATCH" ? ReadableStream.from(readBody(c)) : null;
  const request = new Request(url, { method, headers, body, duplex: "half" });
  const response = await disk.store.handleTus(request, key, promise);
  // Whose pages may call is said for all of the site in one place.
  response.headers.delete("Access-Control-Allow-Origin");
  if (response.status === 503) response.headers.set("Retry-After", String(retrySeconds));
  return response;
}

function requirePromised(c: Context, promise: Upload["promise"]): void {
  if (normalise(c.req.header("content-type") ?? "") !== normalise(promise.contentType)) {
    throw new AppError("unsupported_type", { message: `Send it as ${promise.contentType}, as promised.` });
  }
  const length = c.req.header("content-length");
  if (length === undefined || Number(length) === promise.size) return;
  const code = Number(length) > promise.size ? "too_large" : "conflict";
  throw new AppError(code, { message: `${promise.size} bytes were promised.` });
}

function normalise(contentType: string): string {
  return contentType.replace(/\s/g, "").toLowerCase();
}
