/** What is served of media: in part, in other sizes, and with which words to browsers. */
import { readdir } from "node:fs/promises";
import type { Media } from "@pipit/protocol/models/media";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createFakeClock, createLastingPerson } from "./setup/fake-clock.ts";
import { bytesOf, fetchMedia, makeHarbour, readCode } from "./setup/fetch-media.ts";
import { makeGroup, say } from "./setup/talk.ts";
import { type Person, startTestServer, type TestServer } from "./setup/test-server.ts";
import { type FileToSend, note, requestUpload, upload } from "./setup/upload.ts";

const clock = createFakeClock();
const friend = "https://friend.example";
const jobs: string[] = [];
let server: TestServer;
let ada: Person;
let bob: Person;
let room: string;
let picture: FileToSend;
let photo: Media;
let text: Media;

/** Counts what the media workers were given. */
const log = {
  debug: (_fields: object, message: string) => {
    if (message === "a media job ended") jobs.push(message);
  },
  info: () => {},
  warn: () => {},
  error: () => {},
};

beforeAll(async () => {
  server = await startTestServer({ clock, log, allowedOrigins: [friend], mediaUrlSeconds: 300 });
  ada = await createLastingPerson(server, "ada");
  bob = await createLastingPerson(server, "bob");
  room = await makeGroup(ada, ["bob"]);
  picture = await makeHarbour();
  photo = await share(picture);
  text = await share(note);
});
afterAll(() => server?.close());

async function share(file: FileToSend): Promise<Media> {
  const medium = await upload(ada, file);
  await say(ada, room, "here", { upload_id: medium.id });
  return medium;
}

function ask(url: string, headers: Record<string, string> = {}, method = "GET"): Promise<Response> {
  return fetchMedia(bob, url, headers, method);
}

describe("a part of a file", () => {
  const size = note.bytes.length;

  it.each([
    ["bytes=0-4", 0, 4],
    ["bytes=3-", 3, size - 1],
    ["bytes=-5", size - 5, size - 1],
    ["bytes=0-0", 0, 0],
    ["bytes=-1", size - 1, size - 1],
    [`bytes=${size - 1}-`, size - 1, size - 1],
    ["bytes=5-99999", 5, size - 1],
    ["bytes=-99999", 0, size - 1],
    ["bytes=0-", 0, size - 1],
    ["bytes=2-999999999999999", 2, size - 1],
  ])("%s is served as such", async (range, start, end) => {
    const response = await ask(text.url, { range });
    expect(response.status).toBe(206);
    expect(response.headers.get("content-range")).toBe(`bytes ${start}-${end}/${size}`);
    expect(response.headers.get("content-length")).toBe(String(end - start + 1));
    expect(await bytesOf(response)).toEqual(note.bytes.subarray(start, end + 1));
  });

  it.each([`bytes=${size}-`, "bytes=9999-10000", "bytes=-0", `bytes=${size}-${size}`])(
    "%s is past the end",
    async (range) => {
      const response = await ask(text.url, { range });
      expect([response.status, response.headers.get("content-range")]).toEqual([416, `bytes */${size}`]);
      expect(await response.text()).toBe("");
      // Nobody is to remember for a year that there is nothing.
      expect(response.headers.get("cache-control") ?? "").not.toMatch(/immutable|max-age=[1-9]/);
    },
  );

  it.each([
    ...["bytes=0-1,3-4", "bytes=", "bytes=-", "bytes=a-b", "bytes=5-2", "lines=0-1", "0-4", "bytes=0-4;", "bytes 0-4"],
    ...["bytes=1.5-2", "bytes=--1", "bytes=0x1-2", "bytes=99999999999999999999-", `bytes=${"0-0,".repeat(500)}1-1`],
  ])("%s is left aside: the whole is served", async (range) => {
    const response = await ask(text.url, { range });
    expect(response.status).toBe(200);
    expect(await bytesOf(response)).toEqual(note.bytes);
  });

  it("of a large file arrives as it is, whatever part", async () => {
    const whole = await bytesOf(await ask(photo.url));
    expect(whole.equals(picture.bytes)).toBe(true);
    const seed = Number(process.env.TEST_SEED ?? Math.floor(Math.random() * 2 ** 31));
    console.log(`seed ${seed}`);
    for (let turn = 0; turn < 40; turn += 1) {
      const start = (seed * (turn + 7)) % whole.length;
      const end = Math.min(whole.length - 1, start + ((seed >>> (turn % 16)) % 90_000));
      const part = await bytesOf(await ask(photo.url, { range: `bytes=${start}-${end}` }));
      expect(part.equals(whole.subarray(start, end + 1)), `${start}-${end}`).toBe(true);
    }
  });
});

it("downloads that clients break off leave no file open", async () => {
  const long = await share({ ...note, bytes: Buffer.alloc(8 * 1024 * 1024, "long ") });
  const countFiles = async () => (await readdir("/proc/self/fd")).length;
  const before = await countFiles();
  for (let round = 0; round < 40; round += 1) {
    const stop = new AbortController();
    const headers = { authorization: `Bearer ${bob.token}` };
    const response = await fetch(long.url, { headers, signal: stop.signal });
    await response.body?.getReader().read();
    stop.abort();
  }
  await expect.poll(countFiles, { timeout: 10_000 }).toBeLessThan(before + 10);
});

describe("conditional requests", () => {
  async function factsOf(url: string): Promise<{ etag: string; modified: string }> {
    const { headers } = await ask(url, {}, "HEAD");
    return { etag: headers.get("etag") ?? "", modified: headers.get("last-modified") ?? "" };
  }

  it("of who has it already are answered without it", async () => {
    const { etag, modified } = await factsOf(text.url);
    expect(etag).toMatch(/^"[^"]+"$/);
    for (const tags of [etag, `W/${etag}`, `"x", ${etag}`, "*"]) {
      const response = await ask(text.url, { "if-none-match": tags });
      expect([tags, response.status, await response.text()]).toEqual([tags, 304, ""]);
      expect(response.headers.get("etag")).toBe(etag);
    }
    expect((await ask(text.url, { "if-modified-since": modified })).status).toBe(304);
  });

  it("of who has something else are answered with it", async () => {
    const { modified } = await factsOf(text.url);
    for (const headers of [
      { "if-none-match": '"x"' },
      { "if-none-match": '"x"', "if-modified-since": modified },
      { "if-modified-since": "Mon, 01 Jan 2001 00:00:00 GMT" },
      { "if-modified-since": "not a date" },
    ]) {
      expect((await ask(text.url, headers)).status).toBe(200);
    }
  });

  it("get a part of the same file only", async () => {
    const { etag } = await factsOf(text.url);
    const range = "bytes=0-1";
    expect((await ask(text.url, { range, "if-range": etag })).status).toBe(206);
    for (const other of ['"x"', `W/${etag}`, "Mon, 01 Jan 2001 00:00:00 GMT"]) {
      expect((await ask(text.url, { range, "if-range": other })).status).toBe(200);
    }
  });

  it("by HEAD tell of the whole file, and bear no body", async () => {
    const get = await ask(text.url);
    const head = await ask(text.url, {}, "HEAD");
    expect(head.status).toBe(200);
    expect(await head.text()).toBe("");
    const names = ["content-length", "content-type", "etag", "accept-ranges", "content-disposition", "cache-control"];
    for (const name of names) expect([name, head.headers.get(name)]).toEqual([name, get.headers.get(name)]);
    // RFC 9110, 14.2: of parts, only GET knows.
    const ranged = await ask(text.url, { range: "bytes=0-1" }, "HEAD");
    expect([ranged.status, ranged.headers.get("content-length")]).toEqual([200, String(note.bytes.length)]);
    expect((await ask(text.url, { range: "bytes=99-" }, "HEAD")).status).toBe(200);
  });
});

describe("the words to browsers", () => {
  it("let nothing run, be sniffed or be kept by those who serve many", async () => {
    for (const url of [photo.url, photo.thumbnailUrl ?? "", text.url]) {
      const { headers } = await ask(url);
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("content-security-policy")).toContain("default-src 'none'");
      expect(headers.get("content-security-policy")).toContain("sandbox");
      expect(headers.get("cross-origin-resource-policy")).toBe("cross-origin");
      expect(headers.get("cache-control")).toMatch(/^private, .*immutable$/);
      expect(headers.get("set-cookie")).toBeNull();
    }
  });

  it("have pictures shown, and texts and documents saved", async () => {
    const pdf = Buffer.from("%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n");
    const paper = await share({ name: "paper.pdf", type: "application/pdf", bytes: pdf });
    const table = await share({ name: "t.csv", type: "text/csv", bytes: Buffer.from("a,<script>alert(1)</script>\n") });
    const dispositionOf = async (url: string) => (await ask(url)).headers.get("content-disposition") ?? "";
    expect(await dispositionOf(photo.url)).toMatch(/^inline; /);
    expect(await dispositionOf(`${photo.url}?download=1`)).toMatch(/^attachment; filename="harbour.jpg"/);
    for (const { url } of [paper, table, text]) expect(await dispositionOf(url)).toMatch(/^attachment; /);
    expect((await ask(text.url)).headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect((await ask(table.url)).headers.get("content-type")).toMatch(/^text\/csv/);
  });

  it.each([
    ["Grüße aus München.txt", "Gr%C3%BC%C3%9Fe%20aus%20M%C3%BCnchen.txt", "Gr__e aus M_nchen.txt"],
    ['a"b\\c%41.txt', "c%2541.txt", "c_41.txt"],
    ["写真 📷.txt", "%E5%86%99%E7%9C%9F%20%F0%9F%93%B7.txt", undefined],
    ["it's (a) *star*;x=y.txt", "it%27s%20%28a%29%20star%3Bx%3Dy.txt", "it's (a) star;x=y.txt"],
  ])("call %s by its name", async (name, full, plain) => {
    const medium = await share({ ...note, name });
    const disposition = (await ask(medium.url)).headers.get("content-disposition") ?? "";
    expect(disposition.split("filename*=UTF-8''")[1]?.toLowerCase()).toBe(full.toLowerCase());
    expect(disposition).toMatch(/^attachment; filename="[\x20-\x7e]*"; /);
    if (plain !== undefined) expect(disposition).toContain(`filename="${plain}"`);
  });

  it("tell caches that answers differ by origin and by token", async () => {
    for (const headers of [{}, { origin: friend }]) {
      const vary = (await ask(text.url, headers)).headers.get("vary")?.toLowerCase() ?? "";
      expect(vary).toContain("origin");
      expect(vary).toContain("authorization");
    }
  });
});

describe("pages of other origins", () => {
  const exposed = ["content-range", "content-disposition", "etag", "accept-ranges"];

  it("that are allowed may download, and read what they need to know", async () => {
    const { headers } = await ask(text.url, { origin: friend });
    expect(headers.get("access-control-allow-origin")).toBe(friend);
    const shown = headers.get("access-control-expose-headers")?.toLowerCase() ?? "";
    for (const name of exposed) expect(shown).toContain(name);
  });

  it("that are not allowed are not told so by any door of media", async () => {
    const origin = "https://evil.example";
    const ticket = await requestUpload(ada, note, { resumable: true });
    const tus = ticket.resumable?.protocol === "tus" ? ticket.resumable.url : "";
    const head = { origin, "tus-resumable": "1.0.0" };
    const answers = [
      await ask(text.url, { origin }),
      await fetch(ticket.uploadUrl, { method: "PUT", headers: { ...head, "content-type": "text/plain" }, body: "x" }),
      await fetch(tus, { method: "HEAD", headers: head }),
      await fetch(tus, { method: "PATCH", headers: head, body: "x" }),
      await fetch(tus, { method: "OPTIONS", headers: head }),
    ];
    const allowed = answers.map(({ headers }) => headers.get("access-control-allow-origin"));
    expect(allowed).toEqual([null, null, null, null, null]);
  });

  it("that are allowed may upload by PUT and by tus", async () => {
    const ticket = await requestUpload(ada, note, { resumable: true });
    const tus = ticket.resumable?.protocol === "tus" ? ticket.resumable.url : "";
    for (const [url, method, wanted] of [
      [ticket.uploadUrl, "PUT", "content-type"],
      [tus, "PATCH", "content-type,tus-resumable,upload-offset"],
      [tus, "HEAD", "tus-resumable"],
      [text.url, "GET", "authorization,range"],
    ] as const) {
      const response = await fetch(url, {
        method: "OPTIONS",
        headers: { origin: friend, "access-control-request-method": method, "access-control-request-headers": wanted },
      });
      const listed = response.headers.get("access-control-allow-headers")?.toLowerCase() ?? "";
      expect(response.headers.get("access-control-allow-origin")).toBe(friend);
      expect(response.headers.get("access-control-allow-methods")).toContain(method);
      for (const name of wanted.split(",")) expect(listed).toContain(name);
    }
    const answer = await fetch(tus, { method: "HEAD", headers: { origin: friend, "tus-resumable": "1.0.0" } });
    expect(answer.headers.get("access-control-allow-origin")).toBe(friend);
    expect(answer.headers.get("access-control-expose-headers")?.toLowerCase()).toContain("upload-offset");
  });
});

describe("[D12] a picture in another size", () => {
  async function measure(query: string): Promise<{ type: string; width: number; height: number; bytes: Buffer }> {
    const response = await ask(`${photo.url}?${query}`);
    expect(response.status).toBe(200);
    const bytes = await bytesOf(response);
    const { width = 0, height = 0 } = await sharp(bytes).metadata();
    return { type: response.headers.get("content-type") ?? "", width, height, bytes };
  }

  it.each([
    ["width=300", "image/webp", 320, 200],
    ["width=1&height=1", "image/webp", 96, 60],
    ["width=97&height=97&fit=cover", "image/webp", 160, 160],
    ["width=99999", "image/webp", 1280, 800],
    ["height=96", "image/webp", 96, 60],
    ["width=640&format=jpeg", "image/jpeg", 640, 400],
    ["width=640&format=jpg", "image/jpeg", 640, 400],
    ["width=640&format=auto&fit=scale-down", "image/webp", 640, 400],
    ["format=webp", "image/webp", 1280, 800],
  ])("%s is made in the nearest size that there is", async (query, type, width, height) => {
    expect(await measure(query)).toMatchObject({ type, width, height });
  });

  it.each([
    ...["width=0", "width=-1", "width=", "width=1e3", "width=abc", "width=1.5", "width=9999999", "width=%00"],
    ...["fit=fill", "fit=constructor", "fit=__proto__", "format=svg", "format=png", "format=", "format=toString"],
  ])("%s is an invalid request", async (query) => {
    const response = await ask(`${photo.url}?${query}`);
    expect([response.status, await readCode(response)]).toEqual([400, "invalid_request"]);
  });

  it("that many ask for at once is made once", async () => {
    const before = jobs.length;
    const query = "width=1280&height=1280&fit=cover&format=jpeg";
    const all = await Promise.all(Array.from({ length: 50 }, () => measure(query)));
    const [first] = all;
    expect(all.every(({ bytes }) => first !== undefined && bytes.equals(first.bytes))).toBe(true);
    expect(jobs.length - before).toBe(1);
    await measure(query);
    expect(jobs.length - before).toBe(1);
  });

  it("is of the same closed set, whatever is asked for: no client fills the disk", async () => {
    const before = jobs.length;
    const queries = Array.from({ length: 60 }, (_, n) => `width=${161 + n}&height=${161 + n}&fit=cover&format=jpeg`);
    for (const query of queries) expect(await measure(query)).toMatchObject({ width: 320, height: 320 });
    expect(jobs.length - before).toBe(1);
  });

  it("is not there of what is no picture", async () => {
    expect(await readCode(await ask(`${text.url}?width=100`))).toBe("not_found");
    expect(await readCode(await ask(text.url.replace(/file$/, "poster")))).toBe("not_found");
  });

  it("may be fetched in part, and asked for conditionally, like any file", async () => {
    const url = photo.thumbnailUrl ?? "";
    const whole = await ask(url);
    const part = await ask(url, { range: "bytes=0-9" });
    expect([part.status, await bytesOf(part)]).toEqual([206, (await bytesOf(whole)).subarray(0, 10)]);
    expect((await ask(url, { "if-none-match": whole.headers.get("etag") ?? "" })).status).toBe(304);
  });
});
