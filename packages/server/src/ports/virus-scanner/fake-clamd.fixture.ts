/** A small server that speaks clamd's protocol, well or badly. */
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eicar } from "./files-to-scan.fixture.ts";

export type FakeClamd = {
  url: string;
  /** Resolves when every connection that there has been is closed, at the server's end too. */
  whenAllClosed(): Promise<void>;
  close(): Promise<void>;
};

/** What the server does with a connection. */
export type Conduct = (socket: Socket) => void;

export async function startFakeClamd(conduct: Conduct, kind: "tcp" | "unix" = "tcp"): Promise<FakeClamd> {
  const folder = await mkdtemp(join(tmpdir(), "pipit-clamd-"));
  const sockets = new Map<Socket, Promise<unknown>>();
  const server = createServer((socket) => {
    sockets.set(socket, new Promise((resolve) => socket.once("close", resolve)));
    // Clients that hang up in the middle are what is tested.
    socket.on("error", () => {});
    conduct(socket);
  });
  const path = join(folder, "clamd.ctl");
  server.listen(kind === "unix" ? { path } : { host: "127.0.0.1", port: 0 });
  await once(server, "listening");
  const address = server.address();
  const url = typeof address === "object" && address ? `tcp://127.0.0.1:${address.port}` : `unix:${path}`;
  return {
    url,
    whenAllClosed: async () => {
      // Who does not read does not notice that the client is gone.
      for (const socket of sockets.keys()) socket.resume();
      await Promise.all(sockets.values());
    },
    close: async () => {
      server.close();
      for (const socket of sockets.keys()) socket.destroy();
      await once(server, "close");
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Does as clamd does: one command, one answer, and the connection ends. */
export function beHonest(maxBytes: number): Conduct {
  return answerWholeFiles((socket, file) => socket.end(file.includes(eicar) ? eicarFound : "stream: OK\0"), maxBytes);
}

/** Takes whole files and answers PING, as clamd does; what is said of a file is for `answer`. */
export function answerWholeFiles(
  answer: (socket: Socket, file: Buffer) => void,
  maxBytes = Number.POSITIVE_INFINITY,
): Conduct {
  return (socket) => void serve(socket, answer, maxBytes).catch(() => socket.destroy());
}

const eicarFound = "stream: Eicar-Test-Signature FOUND\0";
const sizeExceeded = "INSTREAM size limit exceeded. ERROR\0";
const unknown = "UNKNOWN COMMAND\0";

async function serve(socket: Socket, answer: (socket: Socket, file: Buffer) => void, maxBytes: number): Promise<void> {
  const take = createReader(socket);
  let command = "";
  while (!command.endsWith("\0")) command += (await take(1)).toString("latin1");
  if (command === "zPING\0") return void socket.end("PONG\0");
  if (command !== "zINSTREAM\0") return void socket.end(unknown);
  const pieces: Buffer[] = [];
  let size = 0;
  for (;;) {
    const length = (await take(4)).readUInt32BE();
    if (length === 0) return answer(socket, Buffer.concat(pieces));
    size += length;
    // clamd hangs up with the rest unread, so that the kernel resets the connection.
    if (size > maxBytes) return void socket.write(sizeExceeded, () => socket.destroy());
    pieces.push(await take(length));
  }
}

/** Takes so many bytes of what comes; rejects when the client has hung up. */
function createReader(socket: Socket): (bytes: number) => Promise<Buffer> {
  const chunks: AsyncIterator<Buffer> = socket.iterator({ destroyOnReturn: false });
  let rest = Buffer.alloc(0);
  return async (bytes) => {
    while (rest.length < bytes) {
      const { value, done } = await chunks.next();
      if (done) throw new Error("the client hung up");
      rest = Buffer.concat([rest, value]);
    }
    const taken = rest.subarray(0, bytes);
    rest = rest.subarray(bytes);
    return taken;
  };
}
