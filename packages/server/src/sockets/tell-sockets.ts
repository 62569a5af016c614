/** Tells an event to the sockets of an audience that this node has: it is encoded once. */
import { encodeEvent } from "./encode-packets.ts";
import type { PipitServer } from "./socket-server.ts";

/** What Socket.IO's own broadcast does for one room, without the sets that it makes for each. */
export function tellSockets(
  io: PipitServer,
  audience: string,
  event: string,
  payload: unknown,
  exceptSocket: string | undefined,
): void {
  const { adapter, sockets } = io.sockets;
  let text: string | undefined;
  for (const id of adapter.rooms.get(audience) ?? []) {
    const socket = id === exceptSocket ? undefined : sockets.get(id);
    if (!socket) continue;
    text ??= encodeEvent(event, payload);
    socket.conn.write(text);
  }
}
