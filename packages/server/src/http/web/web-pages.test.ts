/** The web client is served: its files, its page, and nothing else. */
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestServer, type TestServer } from "../../../test/setup/test-server.ts";
import { toPagePolicy } from "./page-policy.ts";
import { readWebFiles } from "./web-files.ts";

const page = `<!doctype html><title>Pipit</title>${" ".repeat(600)}`;
const script = `console.log(${JSON.stringify("tweet ".repeat(500))});`;
const name = "/assets/main-B1x2y3.js";
let folder: string;
let server: TestServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pipit-web-"));
  const web = join(folder, "dist");
  await mkdir(join(web, "assets"), { recursive: true });
  await writeFile(join(folder, "secret.txt"), "a secret beside it");
  await writeFile(join(web, "index.html"), page);
  await writeFile(join(web, "sw.js"), "self.skipWaiting();");
  await writeFile(join(web, "manifest.webmanifest"), "{}");
  await writeFile(join(web, "icon.png"), "png");
  await writeFile(join(web, ".build-hash"), "abc");
  await writeFile(join(web, name), script);
  await symlink(join(folder, "secret.txt"), join(web, "link.txt"));
  server = await startTestServer({ web });
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

type Answer = { status: number; headers: Record<string, string | string[] | undefined>; body: Buffer };

/** Asks for a path letter for letter: fetch would tidy it up. */
function ask(path: string, headers: Record<string, string> = {}, method = "GET"): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request(server.url, { path, method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.once("error", reject);
      response.once("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    })
      .once("error", reject)
      .end();
  });
}

const html = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };

describe("the page", () => {
  it.each(["/", "/?to=x", "/room/018f-a", "/join/abc_-1", "/settings/privacy", "/new", "/docsy"])(
    "is at %s",
    async (path) => {
      const { status, headers, body } = await ask(path, html);
      expect([status, headers["content-type"], body.toString()]).toEqual([200, "text/html; charset=utf-8", page]);
      expect(headers).toMatchObject({ "cache-control": "no-cache", "x-content-type-options": "nosniff" });
    },
  );

  it.each([
    "/api/nowhere",
    "/api/v1/chat/nowhere",
    "/docs/nowhere",
    "/assets/gone-123.js",
    "/gone.png",
    "/link.txt",
    "/.build-hash",
    "/..%2fsecret.txt",
    "/%2e%2e/secret.txt",
    "/../secret.txt",
    "/assets/..%2f..%2fsecret.txt",
    "/assets/%2e%2e/%2e%2e/secret.txt",
    "/..\\secret.txt",
    "/index.html%00.txt",
  ])("is not at %s", async (path) => {
    const { status, body } = await ask(path, html);
    expect([[400, 404].includes(status), body.toString().includes("a secret beside")]).toEqual([true, false]);
  });

  it("is for those who ask for pages, to be looked at and no more", async () => {
    expect((await ask("/room/1", { accept: "application/json" })).status).toBe(404);
    expect((await ask("/room/1", html, "POST")).status).toBe(404);
    const head = await ask("/room/1", html, "HEAD");
    expect([head.status, head.headers["content-length"], head.body.length]).toEqual([200, String(page.length), 0]);
  });

  it("leaves the server's own paths alone", async () => {
    for (const path of ["/docs", "/openapi.json", "/healthz"]) {
      const { status, body } = await ask(path, html);
      expect([status, body.toString() === page], path).toEqual([200, false]);
    }
  });

  it("may run no script but its own, be framed by nobody, and talk to its server", async () => {
    const { headers } = await ask("/", html);
    const policy = String(headers["content-security-policy"]);
    const directives = Object.fromEntries(policy.split("; ").map((one) => one.split(/ (.*)/)));
    expect(directives).toMatchObject({
      "default-src": "'none'",
      "script-src": "'self'",
      "frame-ancestors": "'none'",
      "base-uri": "'none'",
      "object-src": "'none'",
    });
    expect(policy).not.toMatch(/unsafe|\*|script-src[^;]*(data|blob|https)/);
    // Media's addresses name localhost, whatever name the page was called by.
    expect(directives["connect-src"]).toMatch(/^'self' http:\/\/localhost:\d+ ws:\/\/localhost:\d+$/);
    expect(headers).toMatchObject({
      "permissions-policy": expect.stringContaining("microphone=(self)"),
      "referrer-policy": "no-referrer",
      "cross-origin-opener-policy": "same-origin",
    });
  });
});

describe("files", () => {
  it("that bear a hash are kept for good, others asked for again", async () => {
    expect((await ask(name)).headers["cache-control"]).toBe("public, max-age=31536000, immutable");
    for (const [path, type] of [
      ["/sw.js", "text/javascript"],
      ["/manifest.webmanifest", "application/manifest+json"],
      ["/icon.png", "image/png"],
      ["/index.html", "text/html"],
    ] as const) {
      const { status, headers } = await ask(path);
      expect([status, headers["cache-control"]], path).toEqual([200, "no-cache"]);
      expect(headers["content-type"], path).toContain(type);
      const again = await ask(path, { "if-none-match": `"other", W/${headers.etag}` });
      expect([again.status, again.headers.etag, again.body.length], path).toEqual([304, headers.etag, 0]);
    }
    expect((await ask("/sw.js", { "if-none-match": '"other"' })).status).toBe(200);
  });

  it("are the same compressed and plain, each form under a tag of its own", async () => {
    const plain = await ask(name);
    const zipped = await ask(name, { "accept-encoding": "gzip, br;q=0" });
    expect([plain.headers["content-encoding"], zipped.headers["content-encoding"]]).toEqual([undefined, "gzip"]);
    expect([plain.body.toString(), gunzipSync(zipped.body).toString()]).toEqual([script, script]);
    const encodingOf = async () =>
      (await ask(name, { "accept-encoding": "gzip, deflate, br" })).headers["content-encoding"];
    await expect.poll(encodingOf).toBe("br");
    const packed = await ask(name, { "accept-encoding": "br" });
    expect(brotliDecompressSync(packed.body).toString()).toBe(script);
    expect(new Set([plain, zipped, packed].map(({ headers }) => headers.etag)).size).toBe(3);
    expect(packed.headers.vary).toContain("Accept-Encoding");
    const known = await ask(name, { "if-none-match": String(zipped.headers.etag), "accept-encoding": "br" });
    expect(known.status).toBe(304);
  });

  it("are sent whole, whatever part is asked for", async () => {
    const { status, body } = await ask(name, { range: "bytes=0-3" });
    expect([status, body.toString()]).toEqual([200, script]);
  });
});

describe("what there is to serve", () => {
  it("is nothing where it is off, and a sentence where a folder holds no client", async () => {
    expect(await readWebFiles("off")).toBeUndefined();
    await expect(readWebFiles(folder)).rejects.toThrow(/PIPIT_WEB: there is no index.html in/);
  });
});

describe("the page's policy", () => {
  it("names the bucket that uploads go to", () => {
    const policyOf = (query: string) => toPagePolicy({ mediaUrl: `s3://bucket?${query}` }, "https://chat.example/x");
    expect(policyOf("endpoint=https://s3.example:9000/x")).toContain(
      "connect-src 'self' https://chat.example https://s3.example:9000 wss://chat.example;",
    );
    expect(policyOf("endpoint=http://minio&public=https://m.example&style=virtual")).toMatch(
      /img-src [^;]*https:\/\/bucket\.m\.example; media-src [^;]*https:\/\/bucket\.m\.example;/,
    );
  });
});

describe("GET /api/client-config", () => {
  it("tells anybody what a client must know before signing in", async () => {
    const { status, headers, body } = await ask("/api/client-config");
    expect([status, headers["cache-control"]]).toEqual([200, "no-cache"]);
    expect(JSON.parse(body.toString())).toEqual({
      success: true,
      data: {
        name: "Pipit",
        version: expect.stringMatching(/^\d+\.\d+\.\d+/),
        accounts: true,
        demo: false,
        max_upload_bytes: 100 * 1024 ** 2,
        push_public_key: expect.stringMatching(/^[\w-]{87}$/),
        max_forward_targets: 5,
      },
    });
  });
});
