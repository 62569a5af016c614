/**
 * Lets go of what only the handshake needed (the HTTP request with its headers, and the token), which Engine.IO and
 * Socket.IO would keep for as long as the connection lives: some kilobytes for each idle socket.
 */
import type { IncomingMessage } from "node:http";
import type { PipitSocket } from "./admit-socket.ts";

type Connection = { request: IncomingMessage | null; transport: { name: string } };

/** Nothing reads the request once a socket has been admitted; Socket.IO copes with its absence. */
export function forgetHandshake(socket: PipitSocket): void {
  socket.handshake.auth = {};
  socket.handshake.headers = {};
  const connection = socket.conn as unknown as Connection;
  const { request } = connection;
  connection.request = null;
  // A closure of Engine.IO's holds the request of an upgrade until the connection closes; its headers need not stay.
  if (request && connection.transport.name === "websocket") Object.assign(request, { headers: {}, rawHeaders: [] });
}
