/** The address that clients reach the server by. */
import type { Server } from "node:http";
import type { Config } from "./config.ts";

export type PublicOrigin = {
  /** Without a slash at its end; empty as long as it is not known. */
  get(): string;
  /** Learns the port from a server, for want of PUBLIC_URL. */
  learn(server: Server): void;
};

// Never from a request's Host: whoever sends a message would choose where its readers send their tokens.
export function createPublicOrigin({ publicUrl, host }: Pick<Config, "publicUrl" | "host">): PublicOrigin {
  let learned = "";
  const read = (server: Server): void => {
    const address = server.address();
    if (typeof address === "object" && address !== null) learned = `http://${toHostName(host)}:${address.port}`;
  };
  return {
    get: () => publicUrl?.replace(/\/+$/, "") ?? learned,
    learn(server) {
      if (server.listening) read(server);
      else server.once("listening", () => read(server));
    },
  };
}

const allAddresses = new Set(["0.0.0.0", "::"]);

/** The name to call a server by that listens on this address. */
export function toHostName(host: string | undefined): string {
  if (host === undefined || allAddresses.has(host)) return "localhost";
  return host.includes(":") ? `[${host}]` : host;
}
