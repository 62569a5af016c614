/** HTTP by hand over one connection that is kept alive, for requests that no HTTP library would send. */
import { connect, type Socket } from "node:net";
import { type HttpAnswer, parseAnswer } from "./parse-answer.ts";

const patienceMs = 30_000;
const shortPatienceMs = 1_000;

/** The server closed the connection before a whole answer had come, or says nothing yet. */
export type NoAnswer = "closed" | "waiting";

/** One that opens again whenever the server has closed it. */
export class HttpLine {
  readonly #port: number;
  readonly #host: string;
  #socket: Socket | undefined;

  constructor(url: string) {
    const { hostname, port } = new URL(url);
    this.#port = Number(port);
    this.#host = hostname;
  }

  /** Writes the parts as they are and reads the answer. @throws {Error} when it neither comes nor is refused in time */
  async ask(parts: readonly Buffer[]): Promise<HttpAnswer | NoAnswer> {
    const answer = await exchange(await this.#open(), parts, patienceMs);
    if (answer === "waiting") throw new Error(`no answer in ${patienceMs} ms`);
    if (answer === "closed" || answer.isLast) this.close();
    return answer;
  }

  /** The same with what may be no whole request: it is not waited for long, and nothing else follows it. */
  async tell(parts: readonly Buffer[]): Promise<HttpAnswer | NoAnswer> {
    this.close();
    const answer = await exchange(await this.#open(), parts, shortPatienceMs);
    this.close();
    return answer;
  }

  /** Writes the beginning of a request and hangs up. */
  async breakOff(parts: readonly Buffer[]): Promise<void> {
    const socket = await this.#open();
    await new Promise<void>((resolve) => socket.end(Buffer.concat(parts), () => resolve()));
    this.close();
  }

  close(): void {
    this.#socket?.destroy();
    this.#socket = undefined;
  }

  async #open(): Promise<Socket> {
    if (this.#socket && !this.#socket.destroyed && this.#socket.readyState === "open") return this.#socket;
    this.close();
    const socket = connect({ port: this.#port, host: this.#host, noDelay: true });
    this.#socket = socket;
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", () => resolve());
      socket.once("error", reject);
    });
    socket.removeAllListeners("error");
    // What is reset is closed, which is looked for.
    socket.on("error", () => undefined);
    return socket;
  }
}

function exchange(socket: Socket, parts: readonly Buffer[], forMs: number): Promise<HttpAnswer | NoAnswer> {
  return new Promise((resolve, reject) => {
    let received: Buffer = Buffer.alloc(0);
    const timer = setTimeout(() => end(() => resolve("waiting")), forMs);
    const onData = (chunk: Buffer): void => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      try {
        const answer = parseAnswer(received);
        if (answer) end(() => resolve(answer));
      } catch (error) {
        end(() => reject(error));
      }
    };
    const onClose = (): void => end(() => resolve("closed"));
    const end = (settle: () => void): void => {
      clearTimeout(timer);
      socket.off("data", onData).off("close", onClose).off("end", onClose);
      settle();
    };
    socket.on("data", onData).on("close", onClose).on("end", onClose);
    for (const part of parts) socket.write(part);
  });
}
