/** What waits to be sent to a socket: in Engine.IO's buffer, and on the way to the kernel. */
import type { PipitSocket } from "./admit-socket.ts";

type WaitingPacket = { data?: unknown };
type Buffers = { writeBuffer: WaitingPacket[]; transport: { socket?: { bufferedAmount?: number } } };

// Engine.IO declares neither its write buffer nor the transport's socket.
function buffersOf(socket: PipitSocket): Buffers {
  return socket.conn as unknown as Buffers;
}

/** How many bytes wait, about. */
export function countWaiting(socket: PipitSocket): number {
  const { writeBuffer, transport } = buffersOf(socket);
  let waiting = transport.socket?.bufferedAmount ?? 0;
  for (const { data } of writeBuffer) if (typeof data === "string") waiting += data.length;
  return waiting;
}

export function hasWaiting(socket: PipitSocket): boolean {
  const { writeBuffer, transport } = buffersOf(socket);
  return writeBuffer.length > 0 || (transport.socket?.bufferedAmount ?? 0) > 0;
}

/** Drops what is in Engine.IO's buffer. */
export function dropWaiting(socket: PipitSocket): void {
  const { writeBuffer } = buffersOf(socket);
  writeBuffer.splice(0, writeBuffer.length);
}
