/**
 * Lets go of the HTTP request that a connection began with, which Engine.IO would keep for as long as the connection
 * lives: some kilobytes for each idle socket.
 */
import type { PipitServer } from "./socket-server.ts";

/** Nothing of ours reads the request after the origin was checked; Socket.IO copes with its absence. */
export function forgetRequests(engine: PipitServer["engine"]): void {
  engine.on("connection", (socket: object) => {
    Object.assign(socket, { request: null });
  });
}
