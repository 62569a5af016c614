/** What the balancer answers when no node can. */
import { randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { type ErrorCode, errorCodes, type Failure } from "@pipit/protocol/errors";

const retrySeconds = 1;

const statusTexts = { 400: "Bad Request", 503: "Service Unavailable" };

/** In the envelope that clients of the REST door know. */
export function refuse(response: ServerResponse, error: string, code: ErrorCode = "unavailable"): void {
  const failure: Failure = { success: false, error, code, retry_after: retrySeconds, request_id: randomUUID() };
  const body = JSON.stringify(failure);
  response
    .writeHead(errorCodes[code].status, {
      "Content-Type": "application/json",
      "Content-Length": Buffer.byteLength(body),
      "Retry-After": retrySeconds,
      "Cache-Control": "no-store",
      // What is left of a body that nobody wants would have to be read.
      Connection: "close",
    })
    .end(body);
}

/** The same on a connection that was to become a socket. */
export function refuseSocket(socket: Duplex, status: keyof typeof statusTexts = 503): void {
  const head = [
    `HTTP/1.1 ${status} ${statusTexts[status]}`,
    `Retry-After: ${retrySeconds}`,
    "Content-Length: 0",
    "Connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n`);
}
