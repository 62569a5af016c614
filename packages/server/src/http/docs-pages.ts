/** The documents of the contract, and pages to read them. Nothing on the pages comes from another origin. */
import { toAsyncApi } from "@pipit/protocol/documents/async-api";
import { toOpenApi } from "@pipit/protocol/documents/open-api";
import { protocolVersion } from "@pipit/protocol/documents/protocol-version";
import { type Context, Hono } from "hono";
import { isAssetName, loadAsset } from "./docs-assets.ts";
import { assetsOf, eventsPage, landingPage, type Page, renderPage, restPage } from "./docs-html.ts";

// Both viewers write their styles into the page; neither may run code that is not in a file of ours.
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const immutable = "public, max-age=31536000, immutable";

/** Serves `/openapi.json`, `/asyncapi.json` and `/docs`. */
export function docsPages(): Hono {
  const routes = new Hono();
  const options = { version: protocolVersion };
  const documents = {
    "/openapi.json": once(() => toOpenApi(options)),
    "/asyncapi.json": once(() => toAsyncApi(options)),
  };
  for (const [path, text] of Object.entries(documents)) {
    routes.get(path, (c) => {
      // Tools in other pages, such as an editor, may read the documents: they hold nothing private.
      c.header("Access-Control-Allow-Origin", "*");
      return c.body(text(), 200, { "Content-Type": "application/json", "Cache-Control": "no-cache" });
    });
  }
  routes.get("/", (c) => c.redirect("/docs"));
  routes.get("/docs/", (c) => c.redirect("/docs"));
  routes.get("/docs", (c) => servePage(c, landingPage));
  routes.get("/docs/rest", (c) => servePage(c, restPage));
  routes.get("/docs/events", (c) => servePage(c, eventsPage));
  routes.get("/docs/assets/:name", serveAsset);
  return routes;
}

function once(make: () => unknown): () => string {
  let text: string | undefined;
  return () => {
    text ??= JSON.stringify(make());
    return text;
  };
}

async function servePage(c: Context, page: Page): Promise<Response> {
  const names = assetsOf(page);
  const assets = await Promise.all(names.map(loadAsset));
  const links = new Map(names.map((name, index) => [name, `/docs/assets/${name}?v=${assets[index]?.version}`]));
  c.header("Content-Security-Policy", policy);
  c.header("Cache-Control", "no-cache");
  return c.html(renderPage(page, (name) => links.get(name) ?? name));
}

async function serveAsset(c: Context): Promise<Response> {
  const name = c.req.param("name") ?? "";
  if (!isAssetName(name)) return c.notFound();
  const asset = await loadAsset(name);
  c.header("Content-Type", asset.type);
  c.header("X-Content-Type-Options", "nosniff");
  c.header("Vary", "Accept-Encoding");
  // Whoever asks without the present version, or with another, is not to keep the answer under that name.
  c.header("Cache-Control", c.req.query("v") === asset.version ? immutable : "no-cache");
  if (!/\bgzip\b/.test(c.req.header("accept-encoding") ?? "")) return c.body(new Uint8Array(await asset.read()));
  c.header("Content-Encoding", "gzip");
  return c.body(new Uint8Array(asset.compressed));
}
