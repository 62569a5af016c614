/** The address that an upload is sent to takes one body of what was promised, once, and nothing else. */
import { randomBytes } from "node:crypto";
import sharp from "sharp";
import { Upload } from "tus-js-client";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { findOffset, patch, sendSome } from "../src/ports/media-store/send-upload.fixture.ts";
import { beginRequest, sendEndless } from "./setup/endless-body.ts";
import { createFakeClock, createLastingPerson } from "./setup/fake-clock.ts";
import { type MediaSite, mediaSites } from "./setup/media-sites.ts";
import { openLine } from "./setup/one-connection.ts";
import { breakOff, sendRaw, toRequest } from "./setup/raw-http.ts";
import { createMediaFolders, type MediaFolders } from "./setup/stored-files.ts";
import { codeOf } from "./setup/talk.ts";
import { type Person, startTestServer, type TestServer } from "./setup/test-server.ts";
import {
  confirmUpload,
  type FileToSend,
  note,
  putFile,
  requestUpload,
  toClaim,
  upload,
  uploadOnly,
} from "./setup/upload.ts";

const mebibyte = 1024 * 1024;
const clock = createFakeClock();
let folders: MediaFolders;
let server: TestServer;
let ada: Person;
let bob: Person;

beforeAll(async () => {
  folders = await createMediaFolders();
  server = await startTestServer({ dataDir: folders.dataDir, mediaUrl: `file://${folders.root}`, clock });
  ada = await createLastingPerson(server, "ada");
  bob = await createLastingPerson(server, "bob");
});
afterAll(async () => {
  await server?.close();
  await folders?.remove();
});

/** Text that is told apart from that of other seeds. */
function textOf(size: number, seed: string): FileToSend {
  return { name: "a.txt", type: "text/plain", bytes: Buffer.alloc(size, seed) };
}

async function readErrorCode(response: Response): Promise<string> {
  if (response.ok) return "ok";
  return ((await response.json()) as { code: string }).code;
}

async function download(person: Person, id: string): Promise<Buffer> {
  const response = await fetch(`${server.url}/api/v1/chat/media/${id}/file`, {
    headers: { authorization: `Bearer ${person.token}` },
  });
  expect(response.status).toBe(200);
  return Buffer.from(await response.arrayBuffer());
}

/** The request line and headers of a PUT, without the empty line. */
function putHead(uploadUrl: string, headers: Record<string, string> = {}): string {
  const given = { "content-type": "text/plain", ...headers };
  return toRequest("PUT", new URL(uploadUrl).pathname, given).slice(0, -2);
}

async function expectNothingStored(fileKey: string): Promise<void> {
  const id = fileKey.split("/").at(-1) ?? "";
  // What is removed, a job removes.
  const stored = async () => (await folders.objects()).filter((path) => path.includes(id));
  await expect
    .poll(async () => [...(await stored()), ...(await folders.unfinished())], { timeout: 10_000 })
    .toEqual([]);
}

describe("[D1] a PUT", () => {
  it("is taken once: a second one is a conflict and changes nothing", async () => {
    const first = textOf(5_000, "first ");
    const ticket = await uploadOnly(ada, first);
    const second = await putFile(ticket, textOf(5_000, "second "));
    expect([second.status, await readErrorCode(second)]).toEqual([409, "conflict"]);
    const confirmed = await confirmUpload(ada, ticket.fileKey, first);
    expect((await download(ada, confirmed.body.data.id)).equals(first.bytes)).toBe(true);
  });

  it("of twelve at once is taken exactly once, and that one is whole", async () => {
    const ticket = await requestUpload(ada, textOf(mebibyte, "x"));
    const files = Array.from({ length: 12 }, (_, n) => textOf(mebibyte, `of client ${n} `));
    const codes = await Promise.all(files.map(async (file) => readErrorCode(await putFile(ticket, file))));
    expect(codes.toSorted()).toEqual([...Array(11).fill("conflict"), "ok"]);
    const confirmed = await confirmUpload(ada, ticket.fileKey, textOf(mebibyte, "x"));
    const winner = files[codes.indexOf("ok")];
    expect(winner?.bytes.equals(await download(ada, confirmed.body.data.id))).toBe(true);
    expect(await folders.unfinished()).toEqual([]);
  });

  it.each(["text/html", "image/png", "", "text/plain; charset=utf-16", "text/plain, text/html"])(
    "of type %j, which was not promised, is refused",
    async (type) => {
      const ticket = await requestUpload(ada, note);
      const response = await fetch(ticket.uploadUrl, {
        method: "PUT",
        headers: { "content-type": type },
        body: new Uint8Array(note.bytes),
      });
      expect([response.status, await readErrorCode(response)]).toEqual([415, "unsupported_type"]);
      await expectNothingStored(ticket.fileKey);
      expect((await putFile(ticket, note)).status).toBe(200);
    },
  );

  it.each([
    ["more", 11, 413, "too_large"],
    ["fewer", 9, 409, "conflict"],
    ["no", 0, 409, "conflict"],
  ])("of %s bytes than were promised is refused, with and without a length", async (_which, size, status, code) => {
    const ticket = await requestUpload(ada, textOf(10, "a"));
    const body = "b".repeat(size);
    const chunk = size === 0 ? "" : `${size.toString(16)}\r\n${body}\r\n`;
    const head = putHead(ticket.uploadUrl);
    const told = await sendRaw(server.url, `${head}content-length: ${size}\r\n\r\n${body}`);
    expect([told.status, JSON.parse(told.text).code]).toEqual([status, code]);
    const untold = await sendRaw(server.url, `${head}transfer-encoding: chunked\r\n\r\n${chunk}0\r\n\r\n`);
    expect(untold.status).toBe(status);
    expect(untold.text).toContain(`"code":"${code}"`);
    await expectNothingStored(ticket.fileKey);
    expect((await putFile(ticket, textOf(10, "a"))).status).toBe(200);
  });

  it.each([
    ["taken already", "conflict", "text/plain"],
    ["of another type", "unsupported_type", "image/png"],
    ["given up", "gone", "text/plain"],
  ])("of many bytes that is %s is told so, though it is not read to its end", async (which, code, type) => {
    const file = textOf(16 * mebibyte, "many ");
    for (let round = 0; round < 5; round += 1) {
      const ticket = which === "of another type" ? await requestUpload(ada, file) : await uploadOnly(ada, file);
      if (which === "given up") await confirmUpload(ada, ticket.fileKey, { ...file, type: "image/png" });
      expect(await readErrorCode(await putFile(ticket, { type, bytes: file.bytes }))).toBe(code);
    }
  });

  it("that is refused leaves the connection whole for what comes next on it", async () => {
    const file = textOf(600_000, "many ");
    const noise = { type: "gaussian", mean: 128, sigma: 40 } as const;
    const picture = sharp({ create: { width: 2400, height: 1800, channels: 3, background: "#888", noise } });
    const bytes = await picture.png({ compressionLevel: 1 }).toBuffer();
    const large: FileToSend = { name: "a.png", type: "image/png", bytes };
    const [taken, next] = [await uploadOnly(ada, file), await uploadOnly(ada, large)];
    const line = await openLine(server.url);
    expect(await line.send("PUT", new URL(taken.uploadUrl).pathname, { "content-type": file.type }, file.bytes)).toBe(
      409,
    );
    const headers = { "content-type": "application/json", authorization: `Bearer ${ada.token}` };
    const body = Buffer.from(JSON.stringify({ fileKey: next.fileKey, ...toClaim(large) }));
    expect(await line.send("POST", "/api/v1/chat/media/confirm", headers, body)).toBe(201);
    line.close();
  });

  it("without end is cut as soon as it is more than was promised", async () => {
    const ticket = await requestUpload(ada, textOf(mebibyte, "a"));
    const { status, sentBytes } = await sendEndless(server.url, putHead(ticket.uploadUrl), 512 * mebibyte);
    // A reset may overtake the reply.
    expect([413, undefined]).toContain(status);
    expect(sentBytes).toBeLessThan(64 * mebibyte);
    await expectNothingStored(ticket.fileKey);
  });

  it("that breaks off leaves nothing, and may be made again", async () => {
    const file = textOf(200_000, "whole ");
    const ticket = await requestUpload(ada, file);
    const half = file.bytes.subarray(0, 100_000).toString();
    await breakOff(server.url, `${putHead(ticket.uploadUrl)}content-length: 200000\r\n\r\n${half}`);
    await breakOff(server.url, `${putHead(ticket.uploadUrl)}transfer-encoding: chunked\r\n\r\n186a0\r\n${half}\r\n`);
    await expectNothingStored(ticket.fileKey);
    expect(codeOf(await confirmUpload(ada, ticket.fileKey, file))).toBe("conflict");
    expect((await putFile(ticket, file)).status).toBe(200);
    expect(codeOf(await confirmUpload(ada, ticket.fileKey, file))).toBe("ok");
  });

  it("is not finished while its last byte is missing: nothing can be confirmed yet", async () => {
    const ticket = await requestUpload(ada, note);
    const request = await beginRequest(server.url, `${putHead(ticket.uploadUrl)}content-length: 12\r\n\r\n`);
    await request.write("hello, worl");
    expect(codeOf(await confirmUpload(ada, ticket.fileKey, note))).toBe("conflict");
    await request.write("d");
    await expect.poll(() => request.received()).toContain("200 OK");
    request.destroy();
    expect(codeOf(await confirmUpload(ada, ticket.fileKey, note))).toBe("ok");
  });

  it("is gone when its time is over", async () => {
    const ticket = await requestUpload(ada, note, { resumable: true });
    const tus = ticket.resumable?.protocol === "tus" ? ticket.resumable.url : "";
    clock.pass(3_601);
    const late = await putFile(ticket, note);
    expect([late.status, await readErrorCode(late)]).toEqual([410, "gone"]);
    expect((await patch(tus, 0, note.bytes)).status).toBe(410);
    expect(codeOf(await confirmUpload(ada, ticket.fileKey, note))).toBe("conflict");
    const again = await ada.rest.post("/media/resume", { fileKey: ticket.fileKey });
    expect((await patch(again.body.data.resumable.url, 0, note.bytes)).status).toBe(204);
    expect(codeOf(await confirmUpload(ada, ticket.fileKey, note))).toBe("ok");
  });

  it("after the confirmation is a conflict, and after the removal it is gone", async () => {
    const ticket = await uploadOnly(ada, note);
    const { id } = (await confirmUpload(ada, ticket.fileKey, note)).body.data;
    expect(await readErrorCode(await putFile(ticket, note))).toBe("conflict");
    expect((await download(ada, id)).equals(note.bytes)).toBe(true);
    await ada.rest.delete(`/media/${id}`);
    expect(await readErrorCode(await putFile(ticket, note))).toBe("gone");
    await expectNothingStored(ticket.fileKey);
    expect(await readErrorCode(await putFile(ticket, note))).toBe("gone");
    expect(codeOf(await confirmUpload(ada, ticket.fileKey, note))).toMatch(/^(gone|not_found)$/);
  });

  it("of an upload that was refused on confirm is gone", async () => {
    const lie: FileToSend = { name: "a.png", type: "image/png", bytes: Buffer.from("<html></html>") };
    const ticket = await uploadOnly(ada, lie);
    expect(codeOf(await confirmUpload(ada, ticket.fileKey, lie))).toBe("unsupported_type");
    expect(await readErrorCode(await putFile(ticket, lie))).toBe("gone");
    await expectNothingStored(ticket.fileKey);
  });
});

describe("[D1] an upload address", () => {
  function tamper(url: string, change: (facts: Record<string, unknown>) => object): string {
    const [base = "", token = ""] = [url.slice(0, url.lastIndexOf("/") + 1), url.slice(url.lastIndexOf("/") + 1)];
    const [payload = "", signature = ""] = token.split(".");
    const facts = JSON.parse(Buffer.from(payload, "base64url").toString());
    return `${base}${Buffer.from(JSON.stringify(change(facts))).toString("base64url")}.${signature}`;
  }

  it("that was tampered with, forged, or made elsewhere is not found", async () => {
    const elsewhere = await startTestServer({ jwtSecret: "another secret of at least thirty-two bytes" });
    // It signs with a secret of its own, so that not even its own people's tokens are known here.
    const { token } = await elsewhere.tokens.issue({ userId: "eve", tenantId: "default" }, 900);
    expect((await elsewhere.rest(token).get("/users/me")).status).toBe(401);
    const ticket = await requestUpload(ada, note);
    const url = ticket.uploadUrl;
    const base = url.slice(0, url.lastIndexOf("/") + 1);
    const bad = [
      tamper(url, (facts) => ({ ...facts, size: 1_000_000 })),
      tamper(url, (facts) => ({ ...facts, door: "tus" })),
      tamper(url, (facts) => ({ ...facts, key: "media/x" })),
      tamper(url, (facts) => ({ ...facts, expires: 9e15 })),
      `${url}A`,
      url.slice(0, -1),
      `${url}.x`,
      url.replace(".", "="),
      `${url}%00`,
      `${base}..%2f..%2fobjects`,
      `${base}${"a".repeat(5_000)}`,
      `${base}e30.e30`,
      `${base}.`,
      `${base}%ff.%ff`,
    ];
    for (const one of bad) {
      const response = await putFile({ uploadUrl: one }, note);
      expect([one, response.status, await readErrorCode(response)]).toEqual([one, 404, "not_found"]);
    }
    await elsewhere.close();
    expect((await putFile(ticket, note)).status).toBe(200);
  });

  it("opens its own door alone", async () => {
    const ticket = await requestUpload(ada, note, { resumable: true });
    const tus = ticket.resumable?.protocol === "tus" ? ticket.resumable.url : "";
    const tusByPut = await putFile({ uploadUrl: tus.replace("/tus/", "/uploads/") }, note);
    expect(tusByPut.status).toBe(404);
    const putByTus = await patch(ticket.uploadUrl.replace("/uploads/", "/tus/"), 0, note.bytes);
    expect(putByTus.status).toBe(404);
    for (const method of ["GET", "POST", "DELETE", "PATCH"]) {
      expect([method, (await fetch(ticket.uploadUrl, { method })).status]).toEqual([method, 404]);
    }
  });

  it("is of no use to read with", async () => {
    const ticket = await uploadOnly(ada, note);
    for (const url of [ticket.uploadUrl, ticket.uploadUrl.replace("/uploads/", "/tus/")]) {
      expect((await fetch(url)).ok).toBe(false);
    }
  });

  it("of somebody else's upload gives no right to confirm or resume it", async () => {
    const ticket = await requestUpload(ada, note, { resumable: true });
    await putFile(ticket, note);
    expect(codeOf(await confirmUpload(bob, ticket.fileKey, note))).toBe("not_found");
    expect(codeOf(await bob.rest.post("/media/resume", { fileKey: ticket.fileKey }))).toBe("not_found");
    const stranger = await createLastingPerson(server, "ada", "elsewhere");
    expect(codeOf(await confirmUpload(stranger, ticket.fileKey, note))).toBe("not_found");
    expect(codeOf(await confirmUpload(ada, ticket.fileKey, note))).toBe("ok");
  });
});

describe("an upload in pieces on disk", () => {
  const file = textOf(3 * mebibyte, "piece by piece ");
  const ticketUrls = new Map<string, string>();

  async function begin(given = file): Promise<{ url: string; fileKey: string }> {
    const ticket = await requestUpload(ada, given, { resumable: true });
    if (ticket.resumable?.protocol !== "tus") throw new Error("no tus upload");
    ticketUrls.set(ticket.fileKey, ticket.uploadUrl);
    return { url: ticket.resumable.url, fileKey: ticket.fileKey };
  }

  it("is taken from where it stands, and nowhere else", async () => {
    const { url, fileKey } = await begin();
    expect(await findOffset(url)).toBe(0);
    expect((await patch(url, 0, file.bytes.subarray(0, 1_000))).status).toBe(204);
    expect(await findOffset(url)).toBe(1_000);
    for (const offset of [0, 999, 1_001, file.bytes.length]) {
      expect([offset, (await patch(url, offset, Buffer.from("x"))).status]).toEqual([offset, 409]);
    }
    for (const offset of [-1, Number.NaN, 1.5]) {
      expect((await patch(url, offset, Buffer.from("x"))).status).toBeGreaterThanOrEqual(400);
    }
    expect((await patch(url, 1_000, file.bytes)).status).toBe(413);
    expect(codeOf(await confirmUpload(ada, fileKey, file))).toBe("conflict");
    expect((await patch(url, await findOffset(url), file.bytes.subarray(await findOffset(url)))).status).toBe(204);
    const { id } = (await confirmUpload(ada, fileKey, file)).body.data;
    expect((await download(ada, id)).equals(file.bytes)).toBe(true);
    expect((await patch(url, file.bytes.length, Buffer.from("x"))).status).toBe(409);
  });

  it("goes on through interruptions with the tus client, arrives whole and is confirmed", async () => {
    const { fileKey } = await begin();
    for (let cut = 1; cut <= 4; cut += 1) {
      const resumed = (await ada.rest.post("/media/resume", { fileKey })).body.data.resumable;
      const offset = await findOffset(resumed.url);
      const head = toRequest("PATCH", new URL(resumed.url).pathname, {
        "tus-resumable": "1.0.0",
        "upload-offset": String(offset),
        "content-type": "application/offset+octet-stream",
        "content-length": String(file.bytes.length - offset),
      });
      const request = await beginRequest(server.url, head);
      await request.write(file.bytes.subarray(offset, offset + 400_000));
      await fetch(`${server.url}/healthz`);
      request.destroy();
    }
    const { url } = (await ada.rest.post("/media/resume", { fileKey })).body.data.resumable;
    expect(await findOffset(url)).toBeGreaterThan(0);
    await new Promise<void>((resolve, reject) => {
      const options = { uploadUrl: url, chunkSize: 700_000, retryDelays: [0, 100], onError: reject };
      new Upload(file.bytes, { ...options, onSuccess: () => resolve() }).start();
    });
    const { id } = (await confirmUpload(ada, fileKey, file)).body.data;
    expect((await download(ada, id)).equals(file.bytes)).toBe(true);
    expect(codeOf(await ada.rest.post("/media/resume", { fileKey }))).toBe("conflict");
    expect((await folders.unfinished()).filter((path) => path.endsWith(`-${file.bytes.length}`))).toEqual([]);
  });

  it("that came by one PUT after all leaves no pieces behind", async () => {
    const given = textOf(7_777, "by PUT ");
    const { url, fileKey } = await begin(given);
    await patch(url, 0, given.bytes.subarray(0, 5_000));
    const resumed = await ada.rest.post("/media/resume", { fileKey });
    expect(codeOf(resumed)).toBe("ok");
    const uploadUrl = ticketUrls.get(fileKey) ?? "";
    expect((await putFile({ uploadUrl }, given)).status).toBe(200);
    expect(codeOf(await confirmUpload(ada, fileKey, given))).toBe("ok");
    await expect.poll(async () => (await folders.unfinished()).filter((path) => path.endsWith("-7777"))).toEqual([]);
  });

  it("that never ends is cut, and what was promised still fits", async () => {
    const { url, fileKey } = await begin();
    const head = toRequest("PATCH", new URL(url).pathname, {
      "tus-resumable": "1.0.0",
      "upload-offset": "0",
      "content-type": "application/offset+octet-stream",
    }).slice(0, -2);
    const { status, sentBytes } = await sendEndless(server.url, head, 512 * mebibyte);
    expect([413, undefined]).toContain(status);
    expect(sentBytes).toBeLessThan(64 * mebibyte);
    expect(await findOffset(url)).toBeLessThanOrEqual(file.bytes.length);
    const offset = await findOffset(url);
    if (offset < file.bytes.length) await patch(url, offset, file.bytes.subarray(offset));
    expect(codeOf(await confirmUpload(ada, fileKey, file))).toBe("ok");
  });

  it("needs a place only if it may have one: a quota that is used up leaves nothing open", async () => {
    const small = await createMediaFolders();
    const tight = await startTestServer({
      ...{ dataDir: small.dataDir, mediaUrl: `file://${small.root}` },
      quotaUserBytes: 10,
    });
    onTestFinished(async () => {
      await tight.close();
      await small.remove();
    });
    const eve = await tight.person("eve");
    const asked = await eve.rest.post("/media/upload-url", { ...toClaim(file), resumable: true });
    expect(codeOf(asked)).toBe("storage_full");
    expect((await eve.rest.get("/media/usage")).body.data.used).toBe(0);
    expect(await small.unfinished()).toEqual([]);
  });
});

describe("an upload in parts on S3", () => {
  let site: MediaSite;
  let carl: Person;
  beforeAll(async () => {
    site = (await (mediaSites.S3 ?? mediaSites.disk)?.()) as MediaSite;
    carl = await site.server.person("carl");
  });
  afterAll(() => site?.close());

  it("is opened, interrupted, resumed and confirmed through the operations", async () => {
    const file = {
      ...textOf(20 * mebibyte, "in parts "),
      bytes: Buffer.from(randomBytes(10 * mebibyte).toString("hex")),
    };
    const ticket = await requestUpload(carl, file, { resumable: true });
    if (ticket.resumable?.protocol !== "multipart") throw new Error("no upload in parts");
    expect(ticket.resumable.parts.map(({ partNumber }) => partNumber)).toEqual([1, 2, 3]);
    await sendSome(ticket.resumable, file.bytes, { bytes: 0, parts: 1 });
    expect(codeOf(await confirmUpload(carl, ticket.fileKey, file))).toBe("conflict");
    const resumed = (await carl.rest.post("/media/resume", { fileKey: ticket.fileKey })).body.data.resumable;
    expect(resumed.parts.map(({ partNumber }: { partNumber: number }) => partNumber)).toEqual([2, 3]);
    await sendSome(resumed, file.bytes, { bytes: 0, parts: 2 });
    const confirmed = await confirmUpload(carl, ticket.fileKey, file);
    expect(codeOf(confirmed)).toBe("ok");
    expect(codeOf(await carl.rest.post("/media/resume", { fileKey: ticket.fileKey }))).toBe("conflict");
    const response = await fetch(confirmed.body.data.url, { headers: { authorization: `Bearer ${carl.token}` } });
    expect(Buffer.from(await response.arrayBuffer()).equals(file.bytes)).toBe(true);
  });

  it("that is left is given up with the upload", async () => {
    const file = textOf(20 * mebibyte, "left ");
    const ticket = await requestUpload(carl, file, { resumable: true });
    if (ticket.resumable?.protocol !== "multipart") throw new Error("no upload in parts");
    await sendSome(ticket.resumable, file.bytes, { bytes: 0, parts: 2 });
    const lie = { ...file, type: "image/png" };
    const [part] = ticket.resumable.parts;
    expect((await fetch(part?.url ?? "", { method: "PUT", body: "too short" })).status).toBe(403);
    expect(codeOf(await confirmUpload(carl, ticket.fileKey, lie))).toBe("conflict");
    await sendSome({ ...ticket.resumable, parts: ticket.resumable.parts.slice(2) }, file.bytes, { bytes: 0, parts: 1 });
    expect(codeOf(await confirmUpload(carl, ticket.fileKey, lie))).toBe("unsupported_type");
    await expect.poll(() => site.keysOf(ticket.uploadId)).toEqual([]);
    expect((await carl.rest.get("/media/usage")).body.data.used).toBe(20 * mebibyte);
  });
});

it("what was kept and promised is what is counted", async () => {
  const before = (await ada.rest.get("/media/usage")).body.data.used;
  const { id } = await upload(ada, note);
  expect((await ada.rest.get("/media/usage")).body.data.used).toBe(before + note.bytes.length);
  await ada.rest.delete(`/media/${id}`);
  expect((await ada.rest.get("/media/usage")).body.data.used).toBe(before);
});

it("[D10] of those who ask at once nobody is promised more than the quota has", async () => {
  const tight = await startTestServer({ quotaUserBytes: 1_000, quotaTenantBytes: 1_500 });
  const people = await Promise.all(["eve", "fay"].map((id) => tight.person(id)));
  const asked = people.flatMap(({ rest }) =>
    Array.from({ length: 15 }, () => rest.post("/media/upload-url", { ...toClaim(note), fileSize: 150 })),
  );
  const codes = (await Promise.all(asked)).map(codeOf);
  expect(codes.filter((code) => code === "ok")).toHaveLength(10);
  expect(codes.filter((code) => code !== "ok" && code !== "storage_full")).toEqual([]);
  const used = await Promise.all(people.map(async ({ rest }) => (await rest.get("/media/usage")).body.data.used));
  expect(used.every((bytes) => bytes <= 1_000)).toBe(true);
  expect(used.reduce((sum, bytes) => sum + bytes, 0)).toBe(1_500);
  await tight.close();
});
