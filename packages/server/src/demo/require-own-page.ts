/** Keeps pages of other sites from entering the demo: whoever may read a token of it is who sits at this machine. */
import { AppError } from "../app-error.ts";

const loopbackNames = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * A page of another site can name this machine, or have its own name lead here (DNS rebinding): so what counts is what
 * the browser says of the page, and by which name the server was called.
 * @throws {AppError} `forbidden`
 */
export function requireOwnPage(headers: Headers): void {
  const host = headers.get("host") ?? "";
  const site = headers.get("sec-fetch-site");
  const origin = headers.get("origin");
  const isOwnSite = site === null || site === "same-origin" || site === "none";
  const isOwnOrigin = origin === null || URL.parse(origin)?.host === host;
  if (isLoopback(host) && isOwnSite && isOwnOrigin) return;
  throw new AppError("forbidden", { message: "Only pages of the demo's own may do this." });
}

function isLoopback(host: string): boolean {
  const name = URL.parse(`http://${host}`)?.hostname;
  return name !== undefined && loopbackNames.has(name);
}
