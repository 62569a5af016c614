/** The settings of a node, made of those of its cluster. */
import type { Config } from "../config.ts";
import { resolveSecrets } from "../identity/secrets.ts";
import { toHostName } from "../public-origin.ts";

const fewestConnections = 4;
const loopbackNames = ["localhost", "127.0.0.1", "[::1]"];

/** @param config the cluster's, with the port that the balancer listens on */
export function toNodeConfig(config: Config, count: number, reached: Pick<Config, "databaseUrl" | "redisUrl">): Config {
  const { jwt, admin } = resolveSecrets(config);
  return {
    ...config,
    ...reached,
    ...toOrigins(config),
    // Only the balancer is reached from elsewhere; it says where requests came from.
    host: "127.0.0.1",
    port: 0,
    trustProxy: true,
    migrate: false,
    jwtSecret: jwt,
    adminKey: admin,
    databasePoolSize: Math.min(
      config.databasePoolSize,
      Math.max(fewestConnections, Math.ceil(config.databasePoolSize / count)),
    ),
  };
}

/** Addresses are the balancer's, and so are pages that were loaded from it under another name of this machine. */
function toOrigins({ publicUrl, host, port, allowedOrigins }: Config): Pick<Config, "publicUrl" | "allowedOrigins"> {
  if (publicUrl !== undefined) return { publicUrl, allowedOrigins };
  const own = loopbackNames.map((name) => `http://${name}:${port}`);
  const name = toHostName(host);
  return { publicUrl: `http://${name}:${port}`, allowedOrigins: [...allowedOrigins, ...own] };
}
