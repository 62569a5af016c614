/** HTTP by hand, for requests that no HTTP library would send. */
import { connect } from "node:net";

export type RawReply = { status: number; headers: Map<string, string>; text: string; milliseconds: number };

const patienceMs = 5_000;

/**
 * Writes the parts as they are, one after the other, and reads until the server has sent a whole reply or closed.
 * @throws if it does neither in time
 */
export function sendRaw(url: string, ...parts: (string | Buffer)[]): Promise<RawReply> {
  const { hostname, port } = new URL(url);
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    let received = Buffer.alloc(0);
    const timer = setTimeout(
      () => settle(new Error(`no reply in time; so far: ${received.toString("latin1")}`)),
      patienceMs,
    );
    const settle = (error?: Error): void => {
      clearTimeout(timer);
      socket.destroy();
      const reply = parse(received, performance.now() - startedAt);
      if (reply) resolve(reply);
      else reject(error ?? new Error(`no HTTP: ${JSON.stringify(received.toString("latin1").slice(0, 200))}`));
    };
    socket.on("data", (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (isWhole(received, startedAt)) settle();
    });
    // A server that refuses a body resets the connection, after its reply.
    socket.on("error", settle);
    socket.on("end", () => settle());
    socket.on("connect", () => {
      for (const part of parts) socket.write(part);
    });
  });
}

/** Writes the beginning of a request, and hangs up once the server must have read it: it has answered another since. */
export async function breakOff(url: string, beginning: string): Promise<void> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await new Promise<void>((resolve, reject) => {
    socket.once("error", reject);
    socket.once("connect", () => socket.write(beginning, () => resolve()));
  });
  for (let turn = 0; turn < 3; turn += 1) await fetch(`${url}/healthz`);
  socket.destroy();
  for (let turn = 0; turn < 3; turn += 1) await fetch(`${url}/healthz`);
}

/** A request with the usual headers. */
export function toRequest(method: string, target: string, headers: Record<string, string>, body = ""): string {
  const lines = Object.entries({ host: "localhost", ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${target} HTTP/1.1\r\n${lines.join("")}\r\n${body}`;
}

function isWhole(received: Buffer, startedAt: number): boolean {
  const reply = parse(received, performance.now() - startedAt);
  if (!reply) return false;
  const length = reply.headers.get("content-length");
  if (length !== undefined) return Buffer.byteLength(reply.text) >= Number(length);
  return reply.headers.get("transfer-encoding") === "chunked" && received.includes("0\r\n\r\n");
}

function parse(received: Buffer, milliseconds: number): RawReply | undefined {
  const text = received.toString("utf8");
  const end = text.indexOf("\r\n\r\n");
  const status = /^HTTP\/1\.1 (\d{3})/.exec(text)?.[1];
  if (end < 0 || status === undefined) return undefined;
  const lines = text.slice(0, end).split("\r\n").slice(1);
  const headers = new Map(
    lines.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]),
  );
  const body = text.slice(end + 4);
  const isChunked = headers.get("transfer-encoding") === "chunked";
  return { status: Number(status), headers, text: isChunked ? unchunk(body) : body, milliseconds };
}

// The chunks that are told here are of one line each.
function unchunk(body: string): string {
  return body
    .split("\r\n")
    .filter((_, line) => line % 2 === 1)
    .join("");
}
