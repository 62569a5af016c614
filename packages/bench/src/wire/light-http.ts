/**
 * A client of HTTP/1.1 that fetches bodies of a known length, as cheaply as may be: it reads into one buffer, so that a
 * load generator tires later than the server that it measures. It is for servers on this machine that are trusted.
 */
import { connect, type Socket } from "node:net";

export type LightResponse = { status: number; headers: Map<string, string>; bytes: number };

type See = (chunk: Uint8Array) => void;

const bufferBytes = 256 * 1024;
// Servers close connections that have been idle for some seconds (Node: five), perhaps just as a request is sent.
const freshMs = 2_000;
const headEnd = "\r\n\r\n";
const idle = new Map<string, LightConnection[]>();

/**
 * Fetches what is at an address, over a connection that is kept for the next time.
 * @param see gets each piece of the body, which is good until it returns
 * @throws {Error} when the connection ends before the body does, or the answer does not tell its length
 */
export async function fetchLight(address: string, headers: Record<string, string>, see: See): Promise<LightResponse> {
  const url = new URL(address);
  const kept = idle.get(url.host) ?? [];
  idle.set(url.host, kept);
  const last = kept.pop();
  const connection = last?.isFresh() ? last : new LightConnection(url);
  const response = await connection.fetch(url, headers, see);
  kept.push(connection);
  return response;
}

/** One connection, with one request at a time. */
class LightConnection {
  readonly #socket: Socket;
  #take: (chunk: Buffer) => void = () => {};
  #fail: (error: Error) => void = () => {};
  #usedAt = performance.now();

  constructor(url: URL) {
    const buffer = Buffer.allocUnsafe(bufferBytes);
    const callback = (size: number): boolean => {
      this.#take(buffer.subarray(0, size));
      return true;
    };
    this.#socket = connect({ host: url.hostname, port: Number(url.port), noDelay: true, onread: { buffer, callback } });
    this.#socket.on("error", (error) => this.#fail(error));
    this.#socket.on("close", () => this.#fail(new Error(`${url.host} closed the connection`)));
  }

  isFresh(): boolean {
    return !this.#socket.destroyed && performance.now() - this.#usedAt < freshMs;
  }

  fetch({ host, pathname, search }: URL, headers: Record<string, string>, see: See): Promise<LightResponse> {
    const lines = Object.entries({ host, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
    return new Promise<LightResponse>((resolve, reject) => {
      this.#fail = reject;
      this.#take = receive(see, resolve, reject);
      // While nothing is asked of it, a connection keeps no program from ending.
      this.#socket.ref().write(`GET ${pathname}${search} HTTP/1.1\r\n${lines.join("")}\r\n`);
    }).finally(() => {
      this.#usedAt = performance.now();
      this.#socket.unref();
    });
  }
}

/** Takes the pieces of a response, however they are cut. */
function receive(see: See, done: (response: LightResponse) => void, fail: (error: Error) => void) {
  let head = "";
  let response: LightResponse | undefined;
  let left = 0;
  const takeBody = (body: Buffer, of: LightResponse): void => {
    see(body);
    of.bytes += body.length;
    left -= body.length;
    if (left < 0) fail(new Error("the body is longer than it was said to be"));
    if (left === 0) done(of);
  };
  return (chunk: Buffer): void => {
    if (response) {
      takeBody(chunk, response);
      return;
    }
    const before = head.length;
    head += chunk.toString("latin1");
    const end = head.indexOf(headEnd);
    if (end < 0) return;
    response = parseHead(head.slice(0, end));
    left = Number(response.headers.get("content-length") ?? Number.NaN);
    if (Number.isNaN(left)) fail(new Error("the answer does not tell its length"));
    takeBody(chunk.subarray(end + headEnd.length - before), response);
  };
}

function parseHead(head: string): LightResponse {
  const [statusLine = "", ...lines] = head.split("\r\n");
  const headers = lines.map((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
  });
  return { status: Number(statusLine.split(" ")[1]), headers: new Map(headers), bytes: 0 };
}
