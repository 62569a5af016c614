/**
 * Lets go of the HTTP request that a connection began with, which Engine.IO would keep for as long as the connection
 * lives: some kilobytes for each idle socket.
 */
import type { IncomingMessage } from "node:http";
import type { PipitServer } from "./socket-server.ts";

type Connection = { request: IncomingMessage | null; transport: { name: string } };

/** Nothing of ours reads the request after the origin was checked; Socket.IO copes with its absence. */
export function forgetRequests(engine: PipitServer["engine"]): void {
  engine.on("connection", (connection: Connection) => {
    const { request } = connection;
    connection.request = null;
    // A closure of Engine.IO's holds the request of an upgrade until the connection closes; its headers need not stay.
    if (request && connection.transport.name === "websocket") Object.assign(request, { headers: {}, rawHeaders: [] });
  });
}
