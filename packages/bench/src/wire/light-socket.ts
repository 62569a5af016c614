/**
 * A Socket.IO client that speaks just enough of the protocol (Engine.IO 4 and Socket.IO 5, text over WebSocket) to load
 * a server: it parses nothing that it is not asked to, so that a measurement is of the server and not of its client.
 */
import { connect as connectTcp, type Socket } from "node:net";
import { WebSocket } from "ws";

/** Engine.IO packet types, and Socket.IO's behind those of `message`, as they begin a frame. */
const packet = {
  ping: "2",
  pong: "3",
  connect: "40",
  disconnect: "41",
  event: "42",
  ack: "43",
  refused: "44",
} as const;

const connectTimeoutMs = 20_000;
const requestTimeoutMs = 20_000;

/** The server refused the connection, or closed it while an answer was awaited. */
export class SocketLost extends Error {}

/** The server said no to the handshake; `text` is what it said, as JSON. */
export class HandshakeRefused extends SocketLost {
  readonly text: string;
  constructor(text: string) {
    super(`refused: ${text}`);
    this.text = text;
  }
}

/** @property from the address of this machine to connect from, when many come from one */
export type LightSocketOptions = { url: string; auth: object; from?: string | undefined };

/** One connection, from its handshake to its end; it does not reconnect. */
export class LightSocket {
  /** Called with each event's JSON text: `["name",payload]`. */
  onEvent: ((text: string) => void) | undefined;
  /** Resolves when the connection is gone. */
  readonly closed: Promise<void>;
  /** When the server last asked whether this is there, by performance.now(). */
  pingedAt = performance.now();
  readonly #socket: WebSocket;
  readonly #tcp: Socket;
  #isCorked = false;
  readonly #waiting = new Map<number, (answer: string | SocketLost) => void>();
  #lastAck = 0;

  private constructor(socket: WebSocket, tcp: Socket) {
    this.#socket = socket;
    this.#tcp = tcp;
    socket.on("message", (data) => this.#receive(String(data)));
    // "close" follows, with what matters.
    socket.on("error", () => undefined);
    this.closed = new Promise((resolve) => {
      socket.once("close", () => {
        this.#abandonWaiting();
        resolve();
      });
    });
  }

  /** Opens a connection to the default namespace. @throws {SocketLost} when it is refused. */
  static async connect({ url, auth, from }: LightSocketOptions): Promise<LightSocket> {
    const address = new URL("/socket.io/?EIO=4&transport=websocket", url.replace(/^http/, "ws"));
    const target = { host: address.hostname, port: Number(address.port), noDelay: true };
    const tcp = connectTcp(from === undefined ? target : { ...target, localAddress: from });
    const socket = new WebSocket(address, {
      perMessageDeflate: false,
      skipUTF8Validation: true,
      createConnection: () => tcp,
    });
    const light = new LightSocket(socket, tcp);
    await shakeHands(socket, auth);
    return light;
  }

  /** Emits an event and calls back with the acknowledgement's JSON text: `[answer]`. @param json the payload. */
  emit(event: string, json: string, onAnswer: (answer: string | SocketLost) => void): void {
    this.#lastAck += 1;
    this.#waiting.set(this.#lastAck, onAnswer);
    this.#cork();
    this.#socket.send(`${packet.event}${this.#lastAck}["${event}",${json}]`);
  }

  /** Emits an event and gives the acknowledgement. @throws {SocketLost} when the connection ends first. */
  request(event: string, payload: object): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${event} got no answer`)), requestTimeoutMs);
      this.emit(event, JSON.stringify(payload), (answer) => {
        clearTimeout(timer);
        if (typeof answer === "string") resolve(JSON.parse(answer)[0]);
        else reject(answer);
      });
    });
  }

  /** Reads no more, until `resume`: what comes waits in the kernel, and then at the server. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Ends the connection at once. */
  close(): void {
    this.#socket.terminate();
  }

  // What is sent within one tick leaves in one write: the client must cost less than the server that it measures.
  #cork(): void {
    if (this.#isCorked) return;
    this.#isCorked = true;
    this.#tcp.cork();
    process.nextTick(() => {
      this.#isCorked = false;
      this.#tcp.uncork();
    });
  }

  #receive(frame: string): void {
    if (frame.startsWith(packet.event)) this.onEvent?.(frame.slice(packet.event.length));
    else if (frame.startsWith(packet.ack)) this.#acknowledge(frame);
    else if (frame === packet.ping) this.#answerPing();
    else if (frame.startsWith(packet.disconnect)) this.close();
  }

  #answerPing(): void {
    this.pingedAt = performance.now();
    this.#socket.send(packet.pong);
  }

  #acknowledge(frame: string): void {
    const end = frame.indexOf("[");
    const id = Number(frame.slice(packet.ack.length, end));
    const onAnswer = this.#waiting.get(id);
    this.#waiting.delete(id);
    onAnswer?.(frame.slice(end));
  }

  #abandonWaiting(): void {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const onAnswer of waiting) onAnswer(new SocketLost("the connection ended before the answer"));
  }
}

function shakeHands(socket: WebSocket, auth: object): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => end(new SocketLost("the handshake took too long")), connectTimeoutMs);
    function end(problem?: SocketLost): void {
      clearTimeout(timer);
      socket.off("message", onFrame);
      socket.off("close", onClose);
      if (problem) {
        socket.terminate();
        reject(problem);
      } else resolve();
    }
    function onFrame(data: { toString(): string }): void {
      const frame = data.toString();
      if (frame.startsWith("0")) socket.send(packet.connect + JSON.stringify(auth));
      else if (frame.startsWith(packet.connect)) end();
      else if (frame.startsWith(packet.refused)) end(new HandshakeRefused(frame.slice(packet.refused.length)));
    }
    const onClose = () => end(new SocketLost("the connection ended during the handshake"));
    socket.on("message", onFrame);
    socket.on("close", onClose);
  });
}
