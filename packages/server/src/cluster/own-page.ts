/** Who may see the page of the cluster, and who may act on it. */
import type { IncomingMessage } from "node:http";

const loopbackAddress = /^(::1|(::ffff:)?127\.\d+\.\d+\.\d+)$/;
const loopbackNames = new Set(["localhost", "127.0.0.1", "[::1]"]);
const proxyHeaders = ["x-forwarded-for", "x-real-ip", "forwarded", "via"];

/**
 * Whether a request was made on this machine, by its own name: a proxy here passes on what others ask, and a page of
 * another site can have its own name lead here (DNS rebinding).
 */
export function isFromHere({ socket, headers }: IncomingMessage): boolean {
  if (!loopbackAddress.test(socket.remoteAddress ?? "")) return false;
  if (proxyHeaders.some((name) => headers[name] !== undefined)) return false;
  return loopbackNames.has(URL.parse(`http://${headers.host}`)?.hostname ?? "");
}

/** Whether it was made by the cluster's own page, or by no page at all. */
export function isFromOwnPage({ headers }: IncomingMessage): boolean {
  const { origin, host, "sec-fetch-site": site } = headers;
  const isOwnSite = site === undefined || site === "same-origin" || site === "none";
  return isOwnSite && (origin === undefined || URL.parse(origin)?.host === host);
}
