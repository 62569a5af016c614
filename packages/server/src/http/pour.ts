/** Answers with a stream straight through Node's own response, where there is one: web streams copy each chunk. */
import type { ServerResponse } from "node:http";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { Context, MiddlewareHandler } from "hono";
import { isErrno } from "../db/embedded/errno.ts";
import type { Log } from "../log.ts";

const left = new WeakMap<Context, Readable | undefined>();

/** Stands outside of all that sets headers, and sends what handlers leave to be poured. */
export function pourStreams(log: Log): MiddlewareHandler {
  return async (c, next) => {
    const { outgoing } = (c.env ?? {}) as { outgoing?: ServerResponse };
    if (!outgoing) return next();
    left.set(c, undefined);
    await next();
    const body = left.get(c);
    if (!body) return;
    outgoing.writeHead(c.res.status, Object.fromEntries(c.res.headers));
    // Headers of a response that stands there would be added to the one that says that all has been sent.
    c.res = undefined;
    c.res = RESPONSE_ALREADY_SENT;
    await pour(body, outgoing, log);
  };
}

/** Whether what is left to be poured will be: not where the router stands in a site of someone else's. */
export function canPour(c: Context): boolean {
  return left.has(c);
}

/** Leaves a stream to be poured after the headers of the answer. */
export function leaveToPour(c: Context, body: Readable): void {
  left.set(c, body);
}

// Either end may go away in the middle; both are then closed.
async function pour(body: Readable, outgoing: ServerResponse, log: Log): Promise<void> {
  try {
    await pipeline(body, outgoing);
  } catch (error) {
    // That a client left is no news.
    if (isErrno(error, "ERR_STREAM_PREMATURE_CLOSE")) return;
    log.error({ err: error }, "a download broke off at the store's end");
  }
}
