/** The documentation pages: everything that they load is there, and nothing is loaded from elsewhere. */

import { gunzipSync } from "node:zlib";
import { toOpenApi } from "@pipit/protocol/documents/open-api";
import { protocolVersion } from "@pipit/protocol/documents/protocol-version";
import { describe, expect, it } from "vitest";
import { docsPages } from "./docs-pages.ts";

const app = docsPages();
const pages = ["/docs", "/docs/rest", "/docs/events"];

describe("the documents", () => {
  it("are served as JSON that other pages may read", async () => {
    const response = await app.request("/openapi.json");
    expect(await response.json()).toEqual(JSON.parse(JSON.stringify(toOpenApi({ version: protocolVersion }))));
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(response.headers.get("access-control-allow-origin")).toBe("*");
    const { asyncapi } = JSON.parse(await (await app.request("/asyncapi.json")).text());
    expect(asyncapi).toBe("3.0.0");
  });
});

describe.each(pages)("%s", (path) => {
  it("allows no script but files of its own origin, and no other origin at all", async () => {
    const policy = (await app.request(path)).headers.get("content-security-policy") ?? "";
    const directives = Object.fromEntries(policy.split("; ").map((one) => one.split(/ (.*)/)));
    expect(directives).toMatchObject({ "default-src": "'none'", "script-src": "'self'", "connect-src": "'self'" });
    expect(policy).not.toMatch(/unsafe-eval|https?:|\*/);
  });

  it("has no script in the page itself, and links only what is served, for good", async () => {
    const html = await (await app.request(path)).text();
    expect(html).not.toMatch(/<script(?![^>]*\ssrc="\/docs\/assets\/)|\son\w+=/);
    const assets = [...html.matchAll(/(?:src|href)="(\/docs\/assets\/[^"]+)"/g)].map(([, url = ""]) => url);
    expect(assets.length).toBeGreaterThan(1);
    for (const url of assets) {
      const response = await app.request(url);
      expect(response.status, url).toBe(200);
      expect(response.headers.get("cache-control"), url).toContain("immutable");
    }
  });
});

describe("an asset", () => {
  it.each([
    ["docs.css", "text/css"],
    ["rest.js", "text/javascript"],
    ["icon.svg", "image/svg+xml"],
    ["scalar.js", "text/javascript"],
    ["asyncapi.css", "text/css"],
  ])("%s has its type, and is the same compressed and plain", async (name, type) => {
    const plain = await app.request(`/docs/assets/${name}`);
    const compressed = await app.request(`/docs/assets/${name}`, { headers: { "Accept-Encoding": "br, gzip" } });
    expect(plain.headers.get("content-type")).toContain(type);
    expect(compressed.headers.get("content-encoding")).toBe("gzip");
    expect(gunzipSync(await compressed.arrayBuffer()).equals(new Uint8Array(await plain.arrayBuffer()))).toBe(true);
  });

  it("is not kept under a version that it does not have", async () => {
    const response = await app.request("/docs/assets/docs.css?v=other");
    expect(response.headers.get("cache-control")).toBe("no-cache");
  });

  it.each(["package.json", "..%2fpackage.json", "%2e%2e/%2e%2e/package.json", "constructor", "__proto__", ""])(
    "called %j is not found",
    async (name) => {
      expect((await app.request(`/docs/assets/${name}`)).status).toBe(404);
    },
  );
});
