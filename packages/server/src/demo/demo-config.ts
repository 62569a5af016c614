/** The settings of a demo: nothing that was set for a real server goes into one, whose tokens anybody may have. */
import { join } from "node:path";
import { type Config, defaultConfig } from "../config.ts";

/** What a demo takes of the settings that are given. Its secrets, data and media are its own; it sends nothing anywhere. */
const kept = [
  "port",
  "web",
  "maxUploadBytes",
  "searchPath",
  "rateLimits",
  "drainSeconds",
  "logLevel",
] as const satisfies readonly (keyof Config)[];

const loopback = "127.0.0.1";

/** It listens on this machine only, and keeps all that it has in the folder `demo` of the data directory. */
export function toDemoConfig(config: Config): Config {
  const taken = Object.fromEntries(kept.map((name) => [name, config[name]]));
  const { port } = config;
  return {
    ...defaultConfig(taken),
    demo: true,
    host: loopback,
    dataDir: join(config.dataDir, "demo"),
    // One name, however people type it: pictures and files have addresses of this one.
    publicUrl: port === 0 ? undefined : `http://localhost:${port}`,
    allowedOrigins: [`http://${loopback}:${port}`],
  };
}
