/** Logs each request when it has been answered: what was asked for, never what was said. */
import type { MiddlewareHandler } from "hono";
import type { Log } from "../log.ts";

// Whoever has the address of an upload may make it.
const uploadToken = /(\/media\/(?:uploads|tus)\/).+/;

export function logRequests(log: Log): MiddlewareHandler {
  return async (c, next) => {
    const startedAt = performance.now();
    await next();
    const path = c.req.path.replace(uploadToken, "$1…");
    const fields = { request_id: c.get("requestId"), method: c.req.method, path, status: c.res.status };
    log.debug({ ...fields, ms: Math.round(performance.now() - startedAt) }, "answered a request");
  };
}
