/** Where clamd listens, as written in the configuration. */

/** What `node:net` connects to. */
export type ClamdAddress = { host: string; port: number } | { path: string };

// The kernel's sockaddr_un has room for 108 bytes, the last of them NUL.
const maxPathBytes = 107;
const advice = "must be like tcp://127.0.0.1:3310 or unix:/run/clamav/clamd.ctl";

/**
 * Reads `tcp://host:port` or `unix:/path`.
 * @throws {Error} with a message that goes on after the setting's name: "must be like …"
 */
export function parseClamdUrl(url: string): ClamdAddress {
  if (url.startsWith("unix:")) return parsePath(url.slice("unix:".length));
  if (url.startsWith("tcp://")) return parseHost(url);
  throw new Error(advice);
}

function parsePath(rest: string): ClamdAddress {
  const path = rest.replace(/^\/\/(?=\/)/, "");
  if (!/^\/(?!\/)[^\0]*[^\0/]$/.test(path)) throw new Error(`${advice}: the path must be absolute and name a socket`);
  if (Buffer.byteLength(path) <= maxPathBytes) return { path };
  throw new Error(`must have a path of at most ${maxPathBytes} bytes: sockets can't have longer ones`);
}

function parseHost(url: string): ClamdAddress {
  const parsed = URL.parse(url);
  if (parsed === null || parsed.hostname === "") throw new Error(advice);
  if (url !== `tcp://${parsed.host}` && url !== `tcp://${parsed.host}/`) {
    throw new Error(`${advice}: only a host and a port, nothing else`);
  }
  const port = Number(parsed.port);
  if (port === 0) throw new Error(`${advice}: the port is missing`);
  return { host: parsed.hostname.replace(/^\[(.*)\]$/, "$1"), port };
}
