/**
 * A bare file server to measure against: what Node needs to bring a request's body to disk for good, and a file into a
 * response, and nothing of what makes a media store. It checks nothing and knows nobody.
 * Takes the port and a folder as its arguments.
 */
import { createReadStream, createWriteStream } from "node:fs";
import { rename, stat } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";

const [port = "", folder = ""] = process.argv.slice(2);

const server = createServer((request, response) => {
  const path = join(folder, basename(request.url ?? ""));
  const answer = request.method === "PUT" ? take(request, response, path) : give(request, response, path);
  answer.catch((error: unknown) => {
    console.error(error);
    response.destroy();
  });
});
server.listen(Number(port), "127.0.0.1", () => process.send?.("ready"));

process.once("SIGTERM", () => {
  // Its clients are not waited for.
  process.exit(0);
});

async function take(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
  const unfinished = `${path}.unfinished`;
  // `flush` is an fsync before the file is closed.
  await pipeline(request, createWriteStream(unfinished, { flush: true }));
  await rename(unfinished, path);
  response.end();
}

async function give(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
  const { size } = await stat(path);
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "") ?? [];
  const start = Number(first ?? 0);
  const end = Math.min(Number(last ?? size - 1), size - 1);
  response.writeHead(first === undefined ? 200 : 206, { "Content-Length": end - start + 1 });
  await pipeline(createReadStream(path, { start, end }), response);
}
