/** What uploads are tested with: the operations over REST, a network that can be cut, and back-offs that pass quickly. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import type { Person } from "../../../server/test/setup/test-server.ts";
import { fromFailure } from "../errors.ts";
import type { UploadSource } from "./source.ts";
import type { MediaCalls, UploadOperation, UploadParts, UploadTask } from "./upload-task.ts";

const doors: Record<UploadOperation, [method: string, path: string]> = {
  "media.requestUpload": ["POST", "/media/upload-url"],
  "media.resumeUpload": ["POST", "/media/resume"],
  "media.confirmUpload": ["POST", "/media/confirm"],
  "media.delete": ["DELETE", "/media/:uploadId"],
};

export type Watched = {
  parts: UploadParts;
  /** The names of the operations that were called. */
  calls: UploadOperation[];
  /** What was sent to addresses: method, path, headers, length of the body. */
  requests: { method: string; url: URL; headers: Headers; size: number }[];
  /** The back-offs, in milliseconds. */
  waits: number[];
  /** The most requests with a body that were under way at once. */
  mostAtOnce(): number;
};

const speed = 50;

/** The parts of an upload by a person. @param route where a request goes instead */
export function watchUpload(person: Person, route: (url: URL) => URL = (url) => url): Watched {
  const calls: UploadOperation[] = [];
  const requests: Watched["requests"] = [];
  const waits: number[] = [];
  let underWay = 0;
  let most = 0;
  const watchedFetch: typeof fetch = async (input, init) => {
    const url = new URL(String(input));
    const { method = "GET", body } = init ?? {};
    requests.push({ method, url, headers: new Headers(init?.headers), size: body instanceof Blob ? body.size : 0 });
    if (body) underWay += 1;
    most = Math.max(most, underWay);
    return await fetch(route(url), init).finally(() => {
      if (body) underWay -= 1;
    });
  };
  const parts: UploadParts = {
    call: callRest(person, calls),
    fetch: watchedFetch,
    setTimeout(work, ms) {
      // The limits of requests are longer than any back-off.
      if (ms >= 60_000) return setTimeout(work, ms);
      waits.push(ms);
      return setTimeout(work, ms / speed);
    },
    clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
    random: () => 0.5,
  };
  return { parts, calls, requests, waits, mostAtOnce: () => most };
}

function callRest(person: Person, calls: UploadOperation[]): MediaCalls {
  return async (name, input) => {
    calls.push(name);
    const [method, path] = doors[name];
    const uploadId = "uploadId" in input ? input.uploadId : "";
    const body = method === "DELETE" ? undefined : input;
    const reply = await person.rest.call(method, path.replace(":uploadId", uploadId), body);
    if (!reply.body.success) throw fromFailure(reply.body);
    return reply.body.data;
  };
}

/** A text of a size, which no other seed has. */
export function textOf(size: number, seed = "so it goes "): UploadSource & { bytes: Buffer } {
  const bytes = Buffer.alloc(size, seed);
  for (let at = 0; at + 8 <= size; at += 65_536) bytes.write(String(at).padStart(8, "0"), at);
  return { blob: new Blob([new Uint8Array(bytes)]), bytes, fileName: "a.txt", mimeType: "text/plain" };
}

/** Resolves when a task's snapshot is as wanted. */
export async function until(task: UploadTask, isWanted: () => boolean): Promise<void> {
  if (isWanted()) return;
  await new Promise<void>((resolve) => {
    const end = task.subscribe(() => {
      if (!isWanted()) return;
      end();
      resolve();
    });
  });
}

export type CuttingProxy = { route(url: URL): URL; cuts(): number; close(): Promise<void> };

/** Passes connections on to a server, and cuts the one on which the last of so many bytes comes, for each budget anew. */
export async function startCuttingProxy(target: string, budgets: number[]): Promise<CuttingProxy> {
  const { hostname, port } = new URL(target);
  const left = [...budgets];
  const open = new Set<Socket>();
  let cuts = 0;
  let budget = left.shift() ?? Number.POSITIVE_INFINITY;
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    client.on("data", (bytes: Buffer) => {
      budget -= bytes.length;
      upstream.write(bytes.subarray(0, bytes.length + Math.min(0, budget)));
      if (budget > 0) return;
      budget = left.shift() ?? Number.POSITIVE_INFINITY;
      cuts += 1;
      client.destroy();
      upstream.end();
    });
    upstream.pipe(client);
    // A cut is an error to whoever was sending.
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on("error", () => {});
    }
    client.on("close", () => upstream.destroySoon());
    upstream.on("close", () => client.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const own = (server.address() as AddressInfo).port;
  return {
    route: (url) => new URL(`http://127.0.0.1:${own}${url.pathname}${url.search}`),
    cuts: () => cuts,
    async close() {
      const closed = once(server, "close");
      server.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}
