/** Which headers a proxy hands on, and what it adds. */
import type { IncomingMessage } from "node:http";

/** Those that concern one connection only (RFC 9110, 7.6.1), and what is answered by the balancer itself. */
const ofConnection = new Set([
  "connection",
  "expect",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** The headers of a message without those of its connection: name, value, name, value… */
export function keepHeaders({ rawHeaders, headers }: IncomingMessage, without?: string): string[] {
  const named = (headers.connection ?? "").toLowerCase().split(/[\s,]+/);
  const kept: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const [name = "", value = ""] = rawHeaders.slice(index, index + 2);
    const lower = name.toLowerCase();
    if (lower === without || ofConnection.has(lower) || named.includes(lower)) continue;
    kept.push(name, value);
  }
  return kept;
}

/**
 * The headers of a request as a node gets it.
 * @param trustsProxy another proxy stands before this one and has said where the request came from
 */
export function forwardHeaders(request: IncomingMessage, trustsProxy: boolean): string[] {
  const said = request.headers["x-forwarded-for"];
  if (trustsProxy && said !== undefined) return keepHeaders(request);
  const path = [said ?? [], request.socket.remoteAddress ?? "unknown"].flat().join(", ");
  return [...keepHeaders(request, "x-forwarded-for"), "X-Forwarded-For", path];
}

/** Whether a body follows a request's headers. */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}
