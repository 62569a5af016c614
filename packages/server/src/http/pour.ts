/** Answers with chunks straight through Node's own response, where there is one: web streams copy each chunk. */
import type { ServerResponse } from "node:http";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { Context, MiddlewareHandler } from "hono";
import type { Log } from "../log.ts";

/** Each chunk is good until the next is asked for. */
export type Chunks = AsyncIterable<Uint8Array>;

const left = new WeakMap<Context, Chunks | undefined>();

/** Stands outside of all that sets headers, and sends what handlers leave to be poured. */
export function pourChunks(log: Log): MiddlewareHandler {
  return async (c, next) => {
    const { outgoing } = (c.env ?? {}) as { outgoing?: ServerResponse };
    if (!outgoing) return next();
    left.set(c, undefined);
    await next();
    const chunks = left.get(c);
    if (!chunks) return;
    outgoing.writeHead(c.res.status, Object.fromEntries(c.res.headers));
    // Headers of a response that stands there would be added to the one that says that all has been sent.
    c.res = undefined;
    c.res = RESPONSE_ALREADY_SENT;
    await pour(chunks, outgoing, log);
  };
}

/** Whether what is left to be poured will be: not where the router stands in a site of someone else's. */
export function canPour(c: Context): boolean {
  return left.has(c);
}

/** Leaves chunks to be poured after the headers of the answer. */
export function leaveToPour(c: Context, chunks: Chunks): void {
  left.set(c, chunks);
}

// Either end may go away in the middle; the other one is then closed.
async function pour(chunks: Chunks, outgoing: ServerResponse, log: Log): Promise<void> {
  try {
    for await (const chunk of chunks) {
      if (!(await isWritten(outgoing, chunk))) return;
    }
    outgoing.end();
  } catch (error) {
    log.error({ err: error }, "a download broke off at the store's end");
    outgoing.destroy();
  }
}

/** Resolves when the system has taken a chunk, or with false when the client has gone, which is no news. */
function isWritten(outgoing: ServerResponse, chunk: Uint8Array): Promise<boolean> {
  return new Promise((resolve) => {
    const leave = (): void => resolve(false);
    if (outgoing.destroyed) return leave();
    outgoing.once("close", leave);
    outgoing.write(chunk, (error) => {
      outgoing.off("close", leave);
      resolve(!error);
    });
  });
}
