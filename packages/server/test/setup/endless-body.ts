/** A client that sends a body for as long as the server lets it, or one that stops in the middle. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";

export type EndlessReply = { status: number | undefined; sentBytes: number };

const pieceBytes = 64 * 1024;
const patienceMs = 20_000;

/** Writes chunks until the server closes the connection, or `mostBytes` are out. @param head request line and headers */
export async function sendEndless(url: string, head: string, mostBytes: number): Promise<EndlessReply> {
  const socket = await open(url);
  let received = "";
  let sentBytes = 0;
  let isOver = false;
  socket.on("data", (chunk) => {
    received += chunk.toString("latin1");
  });
  const over = new Promise<void>((resolve) => {
    for (const event of ["end", "close", "error"]) {
      socket.once(event, () => {
        isOver = true;
        resolve();
      });
    }
  });
  socket.write(`${head}transfer-encoding: chunked\r\n\r\n`);
  const piece = Buffer.concat([Buffer.from(`${pieceBytes.toString(16)}\r\n`), Buffer.alloc(pieceBytes, 97), crlf]);
  while (!isOver && sentBytes < mostBytes) {
    if (!socket.write(piece)) await Promise.race([once(socket, "drain").catch(() => {}), over]);
    sentBytes += pieceBytes;
  }
  const late = setTimeout(() => socket.destroy(), patienceMs);
  await over;
  clearTimeout(late);
  socket.destroy();
  const status = /^HTTP\/1\.1 (\d{3})/.exec(received)?.[1];
  return { status: status === undefined ? undefined : Number(status), sentBytes };
}

const crlf = Buffer.from("\r\n");

export type OpenRequest = {
  write(bytes: string | Buffer): Promise<void>;
  /** What the server has answered so far. */
  received(): string;
  /** Resolves when the server has closed the connection. */
  closed: Promise<void>;
  destroy(): void;
};

/** Begins a request whose body the caller sends piece by piece. @param head request line and headers, with the empty line */
export async function beginRequest(url: string, head: string): Promise<OpenRequest> {
  const socket = await open(url);
  let received = "";
  socket.on("data", (chunk) => {
    received += chunk.toString("latin1");
  });
  // A reset is one way to be refused.
  socket.on("error", () => {});
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  const write = (bytes: string | Buffer): Promise<void> =>
    new Promise((resolve) => socket.write(bytes, () => resolve()));
  await write(head);
  return { write, received: () => received, closed, destroy: () => socket.destroy() };
}

async function open(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, "connect");
  return socket;
}
