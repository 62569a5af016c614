/**
 * Writes what a tick has for a connection at the end of the tick, in one system call. A batch that commits has several
 * packets for the same connection (replies, and events of others' messages); Engine.IO would write the first at once and
 * each of the rest when the one before it is out, and ws each as two buffers.
 */
import type { Log } from "../log.ts";
import { frameText } from "./frame-text.ts";
import type { PipitServer } from "./socket-server.ts";

type Packet = { type: string; data?: unknown };
type Wire = {
  cork(): void;
  uncork(): void;
  write(text: string, encoding: "latin1", done: (error?: Error) => void): void;
};

// Engine.IO declares its sockets' flush as private, and not at all what its transports are made of.
type Transport = {
  send(packets: Packet[]): void;
  writable: boolean;
  socket?: { readyState: number; _socket?: Wire };
  _onSentLast?: (error?: Error) => void;
};
type Connection = { flush(): void; close(discard: boolean): void; transport: Transport };

const openState = 1;

/** Takes over the writes of every connection that an engine accepts from now on. */
export function gatherWrites(engine: PipitServer["engine"], log: Log): void {
  const waiting = new Set<Connection>();

  function deferFlush(this: Connection): void {
    if (waiting.size === 0) process.nextTick(flushAll);
    waiting.add(this);
  }

  function flushAll(): void {
    const connections = [...waiting];
    waiting.clear();
    for (const connection of connections) flushOne(connection, log);
  }

  engine.on("connection", (connection: Connection) => {
    if (typeof Object.getPrototypeOf(connection).flush !== "function") {
      throw new Error("this Engine.IO has no flush to take over");
    }
    connection.flush = deferFlush;
  });
}

// One connection's fault must not keep the others' packets back; its own can't be trusted any more.
function flushOne(connection: Connection, log: Log): void {
  const { transport } = connection;
  if (transport.socket && transport._onSentLast && transport.send !== sendTogether) transport.send = sendTogether;
  try {
    Object.getPrototypeOf(connection).flush.call(connection);
  } catch (error) {
    log.error({ err: error }, "a connection could not be written to");
    connection.close(true);
  }
}

/** In place of a WebSocket transport's own. What is not plain text goes by that. */
function sendTogether(this: Transport, packets: Packet[]): void {
  const { socket, _onSentLast: onSent } = this;
  const wire = socket?._socket;
  if (wire && onSent && socket.readyState === openState && packets.every(isText)) {
    this.writable = false;
    let frames = "";
    for (const packet of packets) frames += toFrame(packet);
    wire.write(frames, "latin1", onSent);
    return;
  }
  wire?.cork();
  try {
    Object.getPrototypeOf(this).send.call(this, packets);
  } finally {
    wire?.uncork();
  }
}

function isText({ type, data }: Packet): boolean {
  return type === "message" && typeof data === "string";
}

/** The last packet that was framed: what a room hears is framed once. */
let framed = { data: "", frame: "" };

const messageType = "4";

function toFrame({ data }: Packet): string {
  if (data !== framed.data) framed = { data: String(data), frame: frameText(messageType, String(data)) };
  return framed.frame;
}
