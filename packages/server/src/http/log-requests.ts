/** Logs each request when it has been answered: what was asked for, never what was said. */
import type { MiddlewareHandler } from "hono";
import type { Log } from "../log.ts";

export function logRequests(log: Log): MiddlewareHandler {
  return async (c, next) => {
    const startedAt = performance.now();
    await next();
    const fields = { request_id: c.get("requestId"), method: c.req.method, path: c.req.path, status: c.res.status };
    log.debug({ ...fields, ms: Math.round(performance.now() - startedAt) }, "answered a request");
  };
}
