/** What the web client's page may load, run and talk to: its own server, and where media is kept. */
import type { Config } from "../../config.ts";
import { parseMediaUrl } from "../../ports/media-store/media-url.ts";
import { createAddresses } from "../../ports/media-store/s3/s3-address.ts";

/**
 * The Content-Security-Policy of the page and of its service worker.
 * @param origin the address that clients reach the server by, where media's addresses lead; empty while it is not known
 */
export function toPagePolicy(config: Pick<Config, "mediaUrl">, origin: string): string {
  const own = origin === "" ? [] : [new URL(origin).origin];
  const elsewhere = [...own, ...findBucket(config)];
  // Old browsers do not take 'self' for sockets.
  const sockets = own.map((address) => address.replace(/^http/, "ws"));
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    // Pictures of users may be anywhere: a host product gives their addresses.
    `img-src ${["'self'", "blob:", "data:", "https:", ...elsewhere].join(" ")}`,
    `media-src ${["'self'", "blob:", ...elsewhere].join(" ")}`,
    "font-src 'self'",
    `connect-src ${["'self'", ...elsewhere, ...sockets].join(" ")}`,
    "manifest-src 'self'",
    "worker-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}

/** Where browsers send uploads to, and may be sent for downloads. */
function findBucket({ mediaUrl }: Pick<Config, "mediaUrl">): string[] {
  const address = parseMediaUrl(mediaUrl ?? "file:");
  if (address.kind === "disk") return [];
  const endpoint = address.publicEndpoint ?? address.endpoint;
  return [createAddresses({ ...address, endpoint })("x").origin];
}
