/** Whom media is served to, by which addresses, and from where. */
import type { Media } from "@pipit/protocol/models/media";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createFakeClock, createLastingPerson } from "./setup/fake-clock.ts";
import { bytesOf, fetchMedia, makeHarbour, readCode } from "./setup/fetch-media.ts";
import { sendRaw, toRequest } from "./setup/raw-http.ts";
import { openS3Site, type S3Site } from "./setup/s3-site.ts";
import { codeOf, makeGroup, say } from "./setup/talk.ts";
import { type Person, startTestServer, type TestServer } from "./setup/test-server.ts";
import { confirmUpload, type FileToSend, note, putFile, requestUpload, upload } from "./setup/upload.ts";

const clock = createFakeClock();
let server: TestServer;
let ada: Person;
let bob: Person;
let eve: Person;
let picture: FileToSend;
let photo: Media;
let text: Media;

beforeAll(async () => {
  server = await startTestServer({ clock });
  ada = await createLastingPerson(server, "ada");
  bob = await createLastingPerson(server, "bob");
  eve = await createLastingPerson(server, "eve");
  const room = await makeGroup(ada, ["bob"]);
  picture = await makeHarbour();
  [photo, text] = [await upload(ada, picture), await upload(ada, note)];
  for (const { id } of [photo, text]) await say(ada, room, "here", { upload_id: id });
});
afterAll(() => server?.close());

describe("[D6] who may download", () => {
  it("is a member who was sent it; others learn nothing of it (G9)", async () => {
    const stranger = await createLastingPerson(server, "bob", "elsewhere");
    for (const url of [photo.url, photo.thumbnailUrl ?? "", `${photo.url}?width=bad`]) {
      for (const person of [eve, stranger]) {
        const [seen, none] = [await fetchMedia(person, url), await fetchMedia(person, nowhere(url))];
        expect([seen.status, none.status]).toEqual([404, 404]);
        const { request_id: _, ...told } = (await seen.json()) as Record<string, unknown>;
        const { request_id: __, ...other } = (await none.json()) as Record<string, unknown>;
        expect(told).toEqual(other);
      }
      expect((await fetch(url)).status).toBe(401);
      expect((await fetch(url, { headers: { authorization: "Bearer x.y.z" } })).status).toBe(401);
    }
  });

  function nowhere(url: string): string {
    return url.replace(/media\/[^/]+/, "media/0199f0a0-0000-7000-8000-000000000000");
  }

  it("[F1][F3] is not who was added later than what they may see; who was removed is, until they forget the room", async () => {
    const hidden = await makeGroup(ada);
    await ada.rest.patch(`/rooms/${hidden}`, { settings: { history_visible_to_new_members: false } });
    const medium = await upload(ada, note);
    await say(ada, hidden, "before", { upload_id: medium.id });
    await ada.rest.post(`/rooms/${hidden}/members`, { user_id: "eve" });
    expect(await readCode(await fetchMedia(eve, medium.url))).toBe("not_found");
    await say(ada, hidden, "after", { upload_id: medium.id });
    expect(await readCode(await fetchMedia(eve, medium.url))).toBe("ok");
    await ada.rest.delete(`/rooms/${hidden}/members/eve`);
    expect(await readCode(await fetchMedia(eve, medium.url))).toBe("ok");
    await eve.rest.delete(`/rooms/left/${hidden}`);
    expect(await readCode(await fetchMedia(eve, medium.url))).toBe("not_found");
    expect(codeOf(await eve.rest.get(`/media/${medium.id}`))).toBe("not_found");
  });

  it.each([
    ...["%00", "..%2f..%2fetc%2fpasswd", "%e0%a4%a", "😀", "a b", "%2e%2e", "x".repeat(3_000), "%", "null", "'", "tus"],
    ...["0199F0A0-0000-7000-8000-000000000000", "{0199f0a0-0000-7000-8000-000000000000}", "uploads", "%0a"],
  ])("the id %s is nobody's", async (id) => {
    for (const part of ["file", "poster", "file?width=100"]) {
      const target = `/api/v1/chat/media/${id.includes(" ") ? encodeURIComponent(id) : encodeURI(id).replaceAll("%25", "%")}/${part}`;
      const headers = { authorization: `Bearer ${bob.token}`, connection: "close" };
      const { status } = await sendRaw(server.url, toRequest("GET", target, headers));
      expect([400, 404]).toContain(status);
    }
  });
});

describe("[D6] an address that was signed", () => {
  async function view(person: Person, id = photo.id): Promise<Media> {
    return (await person.rest.get(`/media/${id}`)).body.data;
  }

  it("works without a token, for that medium alone", async () => {
    const seen = await view(bob);
    for (const url of [seen.signedUrl, seen.signedThumbnailUrl ?? ""]) {
      const response = await fetch(url);
      expect(response.status).toBe(200);
      expect(response.headers.get("cache-control")).toContain("private");
      await response.arrayBuffer();
    }
    const signature = new URL(seen.signedUrl).searchParams.get("signed") ?? "";
    expect((await fetch(`${text.url}?signed=${signature}`)).status).toBe(401);
    expect((await fetch(`${photo.url}?signed=${signature}&width=96`)).status).toBe(200);
  });

  it("that was tampered with is none", async () => {
    const { signedUrl } = await view(bob);
    const signature = new URL(signedUrl).searchParams.get("signed") ?? "";
    const [payload = "", mark = ""] = signature.split(".");
    const facts = JSON.parse(Buffer.from(payload, "base64url").toString());
    const other = (change: object) =>
      `${Buffer.from(JSON.stringify({ ...facts, ...change })).toString("base64url")}.${mark}`;
    const ticket = await requestUpload(ada, note);
    const bad = [
      ...["", ".", "x", `${signature}x`, signature.slice(1), `${payload}.`, `.${mark}`, payload],
      other({ user: "ada" }),
      other({ until: 9e15 }),
      other({ tenant: undefined, user: undefined }),
      other({ id: text.id }),
      new URL(ticket.uploadUrl).pathname.split("/").at(-1) ?? "",
      ada.token,
    ];
    for (const one of bad) {
      const response = await fetch(`${photo.url}?signed=${encodeURIComponent(one)}`);
      expect([one, response.status]).toEqual([one, 401]);
    }
    expect((await fetch(signedUrl)).status).toBe(200);
  });

  it("expires", async () => {
    const { signedUrl, signedUntil } = await view(bob);
    const left = (Date.parse(signedUntil) - clock.now().getTime()) / 1000;
    clock.pass(left - 1);
    expect((await fetch(signedUrl)).status).toBe(200);
    clock.pass(2);
    expect((await fetch(signedUrl)).status).toBe(401);
  });

  it("ends with the viewer's right to see it", async () => {
    const other = await makeGroup(ada, ["eve"]);
    const medium = await upload(ada, note);
    await say(ada, other, "see", { upload_id: medium.id });
    const { signedUrl } = await view(eve, medium.id);
    expect((await fetch(signedUrl)).status).toBe(200);
    await ada.rest.delete(`/rooms/${other}/members/eve`);
    expect((await fetch(signedUrl)).status).toBe(200);
    await eve.rest.delete(`/rooms/left/${other}`);
    expect((await fetch(signedUrl)).status).toBe(404);
    const own = await view(ada, medium.id);
    await ada.rest.delete(`/media/${medium.id}`);
    expect((await fetch(own.signedUrl)).status).toBe(404);
  });
});

describe("with Cloudflare before it", () => {
  it("thumbnails are made there of addresses that anyone may fetch for a while", async () => {
    const cloudy = await startTestServer({ clock, cloudflareImages: true, publicUrl: "https://chat.example" });
    const carl = await createLastingPerson(cloudy, "carl");
    const ticket = await requestUpload(carl, picture);
    await putFile({ uploadUrl: ticket.uploadUrl.replace("https://chat.example", cloudy.url) }, picture);
    const medium: Media = (await confirmUpload(carl, ticket.fileKey, picture)).body.data;
    const url = new URL(medium.thumbnailUrl ?? "");
    expect(url.origin).toBe("https://chat.example");
    const match = /^\/cdn-cgi\/image\/width=320,height=320,fit=scale-down,format=auto(\/api\/.*)$/.exec(url.pathname);
    expect(match).not.toBeNull();
    const source = `${cloudy.url}${match?.[1]}${url.search}`;
    const response = await fetch(source);
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toMatch(/^public, max-age=\d+/);
    expect((await sharp(await bytesOf(response)).metadata()).width).toBe(1280);
    expect((await carl.rest.get(`/media/${medium.id}`)).body.data.thumbnailUrl).toBe(medium.thumbnailUrl);
    // Without the size it would be the original, which is its members' alone.
    const bare = source.replace(/\?.*signed=/, "?signed=");
    expect((await fetch(bare)).ok).toBe(false);
    await carl.rest.delete(`/media/${medium.id}`);
    expect((await fetch(source)).status).toBe(404);
    clock.pass(700);
    expect((await fetch(source)).status).toBe(401);
    await cloudy.close();
  });
});

describe("media in a bucket", () => {
  let site: S3Site;
  let carl: Person;
  let medium: Media;
  beforeAll(async () => {
    site = await openS3Site({ mediaDelivery: "redirect" });
    carl = await site.server.person("carl");
    medium = await upload(carl, { ...picture, name: "Hafen & Möwen.jpg" });
  });
  afterAll(() => site?.close());

  it("is downloaded from the bucket itself, for a short while", async () => {
    const response = await fetchMedia(carl, medium.url);
    expect(response.status).toBe(302);
    expect(response.headers.get("cache-control")).toMatch(/^private, max-age=\d{1,2}$/);
    const there = response.headers.get("location") ?? "";
    expect(there.startsWith(site.s3.endpoint)).toBe(true);
    const direct = await fetch(there);
    expect((await bytesOf(direct)).equals(picture.bytes)).toBe(true);
    expect(direct.headers.get("content-type")).toBe("image/jpeg");
    expect((await fetch(there, { headers: { range: "bytes=0-9" } })).status).toBe(206);
    expect((await fetch(`${there.slice(0, -3)}000`)).status).toBe(403);
  });

  it("bears its name there, and is saved if that was asked for", async () => {
    const location = async (query: string) =>
      new URL((await fetchMedia(carl, `${medium.url}${query}`)).headers.get("location") ?? "");
    const shown = (await location("")).searchParams.get("response-content-disposition");
    expect(shown).toMatch(/^inline; .*filename\*=UTF-8''Hafen%20%26%20M%C3%B6wen\.jpg$/);
    const saved = (await location("?download=1")).searchParams.get("response-content-disposition");
    expect(saved).toMatch(/^attachment; .*Hafen/);
  });

  it("can be asked about by HEAD", async () => {
    const response = await fetch(medium.url, { method: "HEAD", headers: { authorization: `Bearer ${carl.token}` } });
    expect([response.status, response.headers.get("content-length")]).toEqual([200, String(picture.bytes.length)]);
  });

  it("[E5] is served by ourselves for one look: the bucket would know nothing of its end", async () => {
    const dave = await site.server.person("dave");
    const room = await makeGroup(carl, ["dave"]);
    const { id } = await say(carl, room, "", { upload_id: medium.id, is_view_once: true });
    const { signedUrl } = (await dave.rest.post(`/messages/${id}/open`)).body.data;
    const look = () => fetchMedia(null, signedUrl, { range: "bytes=0-9" });
    expect((await look()).status).toBe(206);
    // Another message keeps the medium itself.
    await say(carl, room, "for carl", { upload_id: medium.id });
    await carl.rest.delete(`/messages/${id}`);
    expect((await look()).status).toBe(404);
  });

  it("is never served as a page of ours", async () => {
    const file = await upload(carl, note);
    const { headers } = await fetchMedia(carl, file.url);
    const there = new URL(headers.get("location") ?? "");
    expect(there.searchParams.get("response-content-disposition")).toMatch(/^attachment/);
    expect(there.origin).not.toBe(new URL(site.server.url).origin);
  });
});

describe("media through the server from a bucket that fails in between", () => {
  let site: S3Site;
  let carl: Person;
  let medium: Media;
  beforeAll(async () => {
    site = await openS3Site();
    carl = await site.server.person("carl");
    medium = await upload(carl, picture);
  });
  afterAll(() => site?.close());

  /** The bucket still tells of objects, but gives none. */
  function failReads(status: number, code: string): void {
    site.s3.intercept(({ method, path }, response) => {
      if (method !== "GET" || !path.includes("/media/")) return false;
      response.writeHead(status, { "content-type": "application/xml" });
      response.end(`<Error><Code>${code}</Code><Message>-</Message></Error>`);
      return true;
    });
  }

  it("answers that it is unavailable, whole and not to be kept", async () => {
    failReads(503, "SlowDown");
    const response = await fetchMedia(carl, medium.url);
    expect(response.status).toBe(503);
    expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
    const body = await response.text();
    expect(JSON.parse(body)).toMatchObject({ success: false, code: "unavailable" });
    expect(response.headers.get("content-length")).toBe(String(Buffer.byteLength(body)));
    expect(response.headers.get("cache-control") ?? "").not.toMatch(/immutable|max-age=[1-9]/);
    expect(response.headers.get("etag")).toBeNull();
    expect(response.headers.get("content-disposition")).toBeNull();
    site.s3.intercept();
    expect((await bytesOf(await fetchMedia(carl, medium.url))).equals(picture.bytes)).toBe(true);
  });

  it("answers that it is not found when it was removed at that moment", async () => {
    failReads(404, "NoSuchKey");
    const response = await fetchMedia(carl, medium.url, { range: "bytes=0-9" });
    expect([response.status, await readCode(response)]).toEqual([404, "not_found"]);
    site.s3.intercept();
  });

  it("does not take part of a file for the whole", async () => {
    const etag = (await fetchMedia(carl, medium.url, {}, "HEAD")).headers.get("etag") ?? "";
    let breakOff = (): void => {};
    site.s3.intercept(({ method, path }, response) => {
      if (method !== "GET" || !path.includes("/media/")) return false;
      const headers = {
        "content-length": String(picture.bytes.length),
        "last-modified": new Date().toUTCString(),
        etag,
      };
      response.writeHead(200, headers);
      response.write(picture.bytes.subarray(0, 300_000));
      breakOff = () => response.destroy();
      return true;
    });
    const response = await fetchMedia(carl, medium.url);
    expect(response.status).toBe(200);
    const reader = response.body?.getReader();
    await reader?.read();
    breakOff();
    const rest = async (): Promise<void> => {
      while (!(await reader?.read())?.done);
    };
    await expect(rest()).rejects.toThrow();
    site.s3.intercept();
    expect((await fetch(`${site.server.url}/healthz`)).status).toBe(200);
  });
});

it("a medium that was not looked through yet is not given to anyone", async () => {
  const scanned = await startTestServer({ clamdUrl: "tcp://127.0.0.1:9" });
  const carl = await scanned.person("carl");
  const ticket = await requestUpload(carl, picture);
  await putFile(ticket, picture);
  const medium: Media = (await confirmUpload(carl, ticket.fileKey, picture)).body.data;
  expect(medium.status).toBe("pending");
  for (const url of [medium.url, medium.signedUrl, medium.thumbnailUrl ?? ""]) {
    const response = await fetchMedia(url === medium.signedUrl ? null : carl, url);
    expect([response.status, await readCode(response)]).toEqual([503, "unavailable"]);
    expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
  }
  await scanned.close();
});
