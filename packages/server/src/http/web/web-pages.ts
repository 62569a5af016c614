/** Serves the web client: its files, and its page for every address that it shows something at. */
import { type Context, Hono } from "hono";
import type { Services } from "../../context.ts";
import { toPagePolicy } from "./page-policy.ts";
import type { WebFile, WebFiles } from "./web-files.ts";

const immutable = "public, max-age=31536000, immutable";
const permissions = [
  ...["camera", "microphone", "geolocation"].map((name) => `${name}=(self)`),
  ...["display-capture", "hid", "midi", "payment", "serial", "usb"].map((name) => `${name}=()`),
].join(", ");

// What is the server's own, whatever the client has files or pages for.
const reserved = /^\/(api|docs|socket\.io|cdn-cgi|healthz|readyz|metrics|openapi\.json|asyncapi\.json)(\/|$)/;
const likeFile = /\/\.|\.[a-z0-9]{1,11}$/i;

/** Stands before the other routes, and leaves to them what is none of the client's. */
export function webPages(services: Pick<Services, "config" | "origin">, files: WebFiles): Hono {
  const routes = new Hono();
  const policies = new Map<string, string>();
  const policyOf = (origin: string): string => {
    const policy = policies.get(origin) ?? toPagePolicy(services.config, origin);
    policies.set(origin, policy);
    return policy;
  };
  routes.get("*", async (c, next) => {
    const { pathname } = new URL(c.req.url);
    const file = findFile(files, pathname, c.req.header("accept"));
    return file ? serveFile(c, file, policyOf(services.origin())) : next();
  });
  return routes;
}

function findFile(files: WebFiles, path: string, accepted = ""): WebFile | undefined {
  if (reserved.test(path)) return undefined;
  const page = files.get("/index.html");
  if (path === "/") return page;
  const file = files.get(path);
  if (file || path.startsWith("/assets/") || likeFile.test(path)) return file;
  return accepted.includes("text/html") ? page : undefined;
}

async function serveFile(c: Context, file: WebFile, policy: string): Promise<Response> {
  const encoded = await file.encodings?.choose(c.req.header("accept-encoding"));
  const headers = toHeaders(file, policy, encoded?.name);
  if (isKnown(c.req.header("if-none-match"), file)) return c.body(null, 304, headers);
  const { bytes } = encoded ?? file;
  return c.body(bytes, 200, {
    ...headers,
    "Content-Length": String(bytes.length),
    ...(encoded ? { "Content-Encoding": encoded.name } : {}),
  });
}

function toHeaders(file: WebFile, policy: string, encoding: string | undefined): Record<string, string> {
  return {
    "Content-Type": file.type,
    "Cache-Control": file.isHashed ? immutable : "no-cache",
    ETag: encoding === undefined ? `"${file.tag}"` : `"${file.tag}-${encoding}"`,
    // One path answers with the page to some and with a refusal to others.
    Vary: file.isHashed ? "Accept-Encoding" : "Accept, Accept-Encoding",
    ...(file.isHashed ? {} : { "Content-Security-Policy": policy, "Permissions-Policy": permissions }),
  };
}

// Whatever form of these bytes a client has, it has these bytes.
function isKnown(tags: string | undefined, { tag }: WebFile): boolean {
  if (tags === undefined) return false;
  if (tags.trim() === "*") return true;
  const known = new Set([`"${tag}"`, `"${tag}-br"`, `"${tag}-gzip"`]);
  return tags.split(",").some((given) => known.has(given.trim().replace(/^W\//, "")));
}
