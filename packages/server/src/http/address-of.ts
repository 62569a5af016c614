/** The address that a request came from. */
import { getConnInfo } from "@hono/node-server/conninfo";
import type { Context } from "hono";

type Handshake = { address: string; headers: Record<string, string | string[] | undefined> };

/** The same of a socket's handshake. */
export function addressOfHandshake({ address, headers }: Handshake, trustProxy: boolean): string {
  const forwarded = trustProxy ? [headers["x-forwarded-for"]].flat().at(-1)?.split(",").at(-1)?.trim() : undefined;
  return forwarded || address;
}

/** @param trustProxy take it from X-Forwarded-For, whose last entry the proxy nearest to us wrote. */
export function addressOf(c: Context, trustProxy: boolean): string {
  const forwarded = trustProxy ? c.req.header("x-forwarded-for")?.split(",").at(-1)?.trim() : undefined;
  if (forwarded) return forwarded;
  // Requests that a host program makes in memory have no socket.
  return c.env?.incoming === undefined ? "local" : (getConnInfo(c).remote.address ?? "unknown");
}
