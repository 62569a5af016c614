/** The routes that the uploads of a disk store need, on a server of their own. */

import { serve } from "@hono/node-server";
import { errorCodes } from "@pipit/protocol/errors";
import { type Context, Hono } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { AppError } from "../../../app-error.ts";
import type { DiskStore } from "./disk-store.ts";
import type { UploadUrls } from "./upload-urls.ts";

export type UploadRoutes = { url: string; use(store: DiskStore, urls: UploadUrls): void; close(): Promise<void> };

/** Serves uploads for the store that is set last. */
export async function serveUploads(): Promise<UploadRoutes> {
  let current: { store: DiskStore; urls: UploadUrls } | undefined;
  const need = () => {
    if (!current) throw new Error("no store is set");
    return current;
  };
  const routes = new Hono();
  routes.put("/media/uploads/:token", async (c) => {
    const { store, urls } = need();
    const { key, promise } = urls.open(c.req.param("token"));
    if (c.req.header("content-type") !== promise.contentType) throw new AppError("unsupported_type");
    await store.receive(key, promise, c.req.raw.body ?? new Blob([]).stream());
    return c.body(null, 200);
  });
  routes.all("/media/tus/:token", async (c) => {
    const { store, urls } = need();
    const { key, promise } = urls.open(c.req.param("token"));
    return await store.handleTus(c.req.raw, key, promise);
  });
  routes.onError(answer);
  const { promise, resolve } = Promise.withResolvers<number>();
  const server = serve({ fetch: routes.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }) => resolve(port));
  return {
    url: `http://127.0.0.1:${await promise}`,
    use(store, urls) {
      current = { store, urls };
    },
    close: async () => {
      const closed = new Promise<void>((done) => server.close(() => done()));
      if ("closeAllConnections" in server) server.closeAllConnections();
      await closed;
    },
  };
}

function answer(error: Error, c: Context): Response {
  if (!(error instanceof AppError)) throw error;
  return c.text(error.code, errorCodes[error.code].status as ContentfulStatusCode);
}
