/**
 * Writes what a tick has for a connection at the end of the tick, in one system call. A batch that commits has several
 * packets for the same connection (replies, and events of others' messages); Engine.IO would write the first at once and
 * each of the rest when the one before it is out.
 */
import type { Log } from "../log.ts";
import type { PipitServer } from "./socket-server.ts";

// Engine.IO declares its sockets' flush as private, and not at all what its transports are made of.
type Connection = {
  flush(): void;
  close(discard: boolean): void;
  transport: { socket?: { _socket?: { cork(): void; uncork(): void } } };
};

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
  const wire = connection.transport.socket?._socket;
  wire?.cork();
  try {
    Object.getPrototypeOf(connection).flush.call(connection);
  } catch (error) {
    log.error({ err: error }, "a connection could not be written to");
    connection.close(true);
  } finally {
    wire?.uncork();
  }
}
