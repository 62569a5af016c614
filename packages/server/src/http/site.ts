/** The whole site of a stand-alone server. */
import { restPrefix } from "@pipit/protocol/documents/open-api-operation";
import { Hono } from "hono";
import { cors } from "hono/cors";
import { requestId } from "hono/request-id";
import { secureHeaders } from "hono/secure-headers";
import { AppError } from "../app-error.ts";
import type { Services } from "../context.ts";
import type { Accounts } from "../features/accounts/accounts.ts";
import { addressOf } from "./address-of.ts";
import { serveClientConfig } from "./client-config.ts";
import { docsPages } from "./docs-pages.ts";
import { healthRoutes } from "./health-routes.ts";
import { logRequests } from "./log-requests.ts";
import type { OriginPolicy } from "./origins.ts";
import { pourChunks } from "./pour.ts";
import { reply } from "./reply.ts";
import type { WebFiles } from "./web/web-files.ts";
import { webPages } from "./web/web-pages.ts";

export type SiteOptions = {
  services: Services;
  router: Hono;
  accounts: Accounts | undefined;
  /** Where people enter a demo, if it is one. */
  demo: Hono | undefined;
  origins: OriginPolicy;
  /** The web client, if it is to be served. */
  web: WebFiles | undefined;
  isDraining(): boolean;
};

const preflightSeconds = 600;

// Of downloads in parts, and of the tus protocol.
const mediaRequestHeaders = ["Range", "If-Range", "Tus-Resumable", "Upload-Offset", "Upload-Length"];
const mediaResponseHeaders = [
  "Accept-Ranges",
  "Content-Range",
  "Content-Disposition",
  "ETag",
  "Tus-Resumable",
  "Upload-Offset",
  "Upload-Length",
];

const isMediaFile = /\/media\/[^/]+\/file$/;
const secure = secureHeaders();

export function createSite({ services, router, accounts, demo, origins, web, isDraining }: SiteOptions): Hono {
  const site = new Hono();
  site.use(pourChunks(services.log));
  site.use(requestId());
  site.use(logRequests(services.log));
  // Media says by itself who may show it, and what may run in it.
  site.use((c, next) => (isMediaFile.test(c.req.path) ? next() : secure(c, next)));
  site.use(
    "/api/*",
    cors({
      origin: (origin, c) => (origins.isAllowed(origin, c.req.header("host")) ? origin : null),
      allowHeaders: ["Authorization", "Content-Type", "X-Device-Id", "X-Request-Id", ...mediaRequestHeaders],
      exposeHeaders: ["X-Request-Id", "Retry-After", "set-auth-token", ...mediaResponseHeaders],
      maxAge: preflightSeconds,
    }),
  );
  if (web) site.route("/", webPages(services, web));
  site.get("/api/client-config", (c) => serveClientConfig(c, services));
  if (demo) site.route("/", demo);
  site.route("/", healthRoutes(services, isDraining));
  site.route("/", docsPages());
  site.route(restPrefix, router);
  if (accounts) {
    site.on(["GET", "POST"], "/api/auth/*", (c) => {
      const caller = { address: addressOf(c, services.config.trustProxy), requestId: c.get("requestId") };
      return accounts.handle(c.req.raw, caller);
    });
  }
  site.notFound((c) =>
    reply(c, services.log, new AppError("not_found", { message: "There is no such path." }), "none"),
  );
  site.onError((error, c) => reply(c, services.log, error, "none"));
  return site;
}
