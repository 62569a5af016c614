/** A WebSocket connection to the socket door by hand: bytes out, frames in. */
import { randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";
import { FrameReader, opcode, toFrame } from "./raw-frames.ts";

const connectPatienceMs = 30_000;
const headEnd = "\r\n\r\n";
const upgradeLines = [
  "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1",
  "Host: localhost",
  "Connection: Upgrade",
  "Upgrade: websocket",
  "Sec-WebSocket-Version: 13",
];

export class FrameLine {
  /** Called with the text of each text frame. */
  onText: ((text: string) => void) | undefined;
  /** The code of the server's close frame, once there was one. */
  closeCode: number | undefined;
  readonly #socket: Socket;
  readonly #reader = new FrameReader();
  #isClosed = false;
  readonly #onClosed = new Set<() => void>();

  private constructor(socket: Socket) {
    this.#socket = socket;
    // What is reset is closed, and that is told.
    socket.on("error", () => undefined);
    socket.once("close", () => this.#noteClosed());
    socket.once("end", () => this.#noteClosed());
  }

  /** Opens the transport; nothing is said on it yet. @throws {Error} when it is not opened */
  static async open(url: string): Promise<FrameLine> {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    const line = new FrameLine(socket);
    const rest = await upgrade(socket);
    socket.on("data", (chunk: Buffer) => line.#receive(chunk));
    if (rest.length > 0) line.#receive(rest);
    return line;
  }

  /** Opens the transport and signs in. @returns what the server says when it does not let one in */
  static async signIn(url: string, token: string): Promise<FrameLine | string> {
    const line = await FrameLine.open(url);
    line.send([toFrame(`40${JSON.stringify({ token })}`)]);
    let answer: string | undefined;
    await line.wait(connectPatienceMs, (tell) => {
      line.onText = (text) => {
        if (!text.startsWith("40{") && !text.startsWith("44")) return;
        answer = text;
        tell();
      };
    });
    if (answer?.startsWith("40")) return line;
    const fate = line.isClosed ? "closed" : "silent";
    line.close();
    return answer ?? fate;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Writes frames in one go. */
  send(frames: readonly Buffer[]): void {
    if (!this.#isClosed) this.#socket.write(frames.length === 1 ? (frames[0] ?? "") : Buffer.concat(frames));
  }

  /** Waits until it is told to go on, or the connection is closed, or time is up. */
  async wait(forMs: number, giveTell: (tell: () => void) => void): Promise<void> {
    if (this.#isClosed) return;
    await new Promise<void>((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        this.#onClosed.delete(end);
        resolve();
      };
      const timer = setTimeout(end, Math.max(forMs, 0));
      this.#onClosed.add(end);
      giveTell(end);
    });
  }

  close(): void {
    this.#socket.destroy();
    this.#noteClosed();
  }

  #receive(chunk: Buffer): void {
    this.#reader.push(chunk, (code, payload) => {
      if (code === opcode.text) this.#hearText(payload.toString());
      else if (code === opcode.close) {
        this.closeCode = payload.length >= 2 ? payload.readUInt16BE(0) : 1005;
        this.close();
      }
    });
  }

  #hearText(text: string): void {
    if (text === "2") this.send([toFrame("3")]);
    else this.onText?.(text);
  }

  #noteClosed(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#socket.destroy();
    for (const tell of this.#onClosed) tell();
  }
}

function upgrade(socket: Socket): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let received: Buffer = Buffer.alloc(0);
    const timer = setTimeout(() => end(() => reject(new Error("the upgrade took too long"))), connectPatienceMs);
    const onData = (chunk: Buffer): void => {
      received = Buffer.concat([received, chunk]);
      const at = received.indexOf(headEnd);
      if (at < 0) return;
      const isUpgraded = received.toString("latin1", 0, 12) === "HTTP/1.1 101";
      const refusal = new Error(`no upgrade: ${received.toString("latin1").slice(0, 200)}`);
      end(() => (isUpgraded ? resolve(received.subarray(at + headEnd.length)) : reject(refusal)));
    };
    const onClose = (): void => end(() => reject(new Error("closed instead of an upgrade")));
    const end = (settle: () => void): void => {
      clearTimeout(timer);
      socket.off("data", onData).off("close", onClose);
      settle();
    };
    socket.on("data", onData).on("close", onClose);
    socket.write(
      upgradeLines.concat(`Sec-WebSocket-Key: ${randomBytes(16).toString("base64")}`).join("\r\n") + headEnd,
    );
  });
}
