/**
 * Writes what a tick has for a connection at the end of the tick, in one system call. A batch that commits has several
 * packets for the same connection (replies, and events of others' messages); Engine.IO would write the first at once and
 * each of the rest when the one before it is out.
 */
import type { PipitServer } from "./socket-server.ts";

// Engine.IO declares its sockets' flush as private, and not at all what its transports are made of.
type Connection = {
  flush(): void;
  transport: { socket?: { _socket?: { cork(): void; uncork(): void } } };
};

const waiting = new Set<Connection>();

/** Takes over the writes of every connection that an engine accepts from now on. */
export function gatherWrites(engine: PipitServer["engine"]): void {
  engine.on("connection", (socket: object) => {
    const connection = socket as unknown as Connection;
    const flushNow = Object.getPrototypeOf(connection).flush;
    if (typeof flushNow !== "function") throw new Error("this Engine.IO has no flush to take over");
    connection.flush = deferFlush;
  });
}

function deferFlush(this: Connection): void {
  if (waiting.size === 0) process.nextTick(flushAll);
  waiting.add(this);
}

function flushAll(): void {
  const connections = [...waiting];
  waiting.clear();
  for (const connection of connections) {
    const wire = connection.transport.socket?._socket;
    wire?.cork();
    Object.getPrototypeOf(connection).flush.call(connection);
    wire?.uncork();
  }
}
