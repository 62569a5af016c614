/** A log that says with each line which part of a cluster speaks. */
import type { Log } from "../log.ts";

export function nameLog(log: Log, node: string): Log {
  return {
    debug: (fields, message) => log.debug({ node, ...fields }, message),
    info: (fields, message) => log.info({ node, ...fields }, message),
    warn: (fields, message) => log.warn({ node, ...fields }, message),
    error: (fields, message) => log.error({ node, ...fields }, message),
  };
}
