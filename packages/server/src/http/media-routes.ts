/** The door for the bytes of media: downloads for those who may see them, and uploads to the server's own disk. */
import { type Context, Hono } from "hono";
import { AppError } from "../app-error.ts";
import type { Services } from "../context.ts";
import { toLimitKey } from "../doors/run-operation.ts";
import {
  accessMediaFile,
  type MediaViewer,
  openOriginal,
  openVariant,
  parseVariant,
} from "../features/media/media-files-access.ts";
import type { Limits } from "../ports/limits/limits.ts";
import type { FindActor } from "./find-actor.ts";
import { reply } from "./reply.ts";
import { type Keepers, serveMediaFile } from "./serve-media-file.ts";
import { uploadRoutes } from "./upload-routes.ts";

export type MediaRouteOptions = { services: Services; limits: Limits; findActor: FindActor };

/** The routes, without a prefix: they stand among those of the operations. */
export function mediaRoutes(options: MediaRouteOptions): Hono {
  const { services } = options;
  const routes = new Hono();
  // Hono answers HEAD by the handlers of GET.
  routes.get("/media/:upload_id/file", (c) => download(options, c));
  routes.route("/", uploadRoutes(services));
  return routes;
}

async function download(options: MediaRouteOptions, c: Context): Promise<Response> {
  const { services } = options;
  try {
    const id = c.req.param("upload_id") ?? "";
    const viewer = await findViewer(options, c, id);
    const row = await accessMediaFile(services, viewer, id);
    const variant = parseVariant(c.req.query());
    // Nobody in particular gets no original.
    if (!variant && !viewer) throw new AppError("unauthenticated");
    const file = variant ? await openVariant(services, row, variant) : await openOriginal(services, row);
    return await serveMediaFile(c, services, file, toKeepers(viewer));
  } catch (error) {
    return reply(c, services.log, error, "media.download");
  }
}

function toKeepers(viewer: MediaViewer): Keepers {
  if (!viewer) return "anyone";
  return viewer.opened ? "nobody" : "viewer";
}

/** Who a token or a signed address belongs to; undefined for an address that was signed for nobody in particular. */
async function findViewer(options: MediaRouteOptions, c: Context, id: string): Promise<MediaViewer> {
  const signature = c.req.query("signed");
  if (c.req.header("authorization") === undefined && signature !== undefined) {
    const signed = options.services.links.open(id, signature);
    if (!signed) throw new AppError("unauthenticated", { message: "The address has expired, or is not one of ours." });
    if (signed.viewer) await options.limits.take("read", toLimitKey(signed.viewer));
    return signed.viewer;
  }
  const actor = await options.findActor(c);
  await options.limits.take("read", toLimitKey(actor));
  return { tenantId: actor.tenantId, userId: actor.userId };
}
