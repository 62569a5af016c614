/** Servers that are killed over media, and databases, folders, buckets and disks that go away meanwhile. */
import { execFile } from "node:child_process";
import { readdir, rename, utimes } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import pg from "pg";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { systemClock } from "../src/clock.ts";
import { isErrno } from "../src/db/embedded/errno.ts";
import { createTokenIssuer } from "../src/identity/issue-token.ts";
import { findOffset, patch } from "../src/ports/media-store/send-upload.fixture.ts";
import { startDatabaseProxy } from "./setup/database-proxy.ts";
import { beginRequest } from "./setup/endless-body.ts";
import { openLine } from "./setup/one-connection.ts";
import { toRequest } from "./setup/raw-http.ts";
import { createRest, type RestReply } from "./setup/rest-client.ts";
import { openS3Site } from "./setup/s3-site.ts";
import { type ServerProcess, startServerProcess } from "./setup/server-process.ts";
import { canMount, type SmallDiskServer, startSmallDiskServer, whyNot } from "./setup/small-disk-server.ts";
import { createMediaFolders, listFiles, type MediaFolders } from "./setup/stored-files.ts";
import { codeOf, makeGroup, say } from "./setup/talk.ts";
import { createTestDatabase, type TestDatabase } from "./setup/test-database.ts";
import { type Person, startTestServer, testSecret } from "./setup/test-server.ts";
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
import { createWatchedLog } from "./setup/watched-log.ts";

const program = fileURLToPath(new URL("../bin/pipit.js", import.meta.url));
const mebibyte = 1024 * 1024;
let database: TestDatabase;
/** A picture that takes a while to look at. */
let large: FileToSend;
/** A picture of which a cleaned copy is kept. */
let telling: FileToSend;

beforeAll(async () => {
  database = await createTestDatabase();
  const noise = { type: "gaussian", mean: 128, sigma: 40 } as const;
  const plain = sharp({ create: { width: 2400, height: 1800, channels: 3, background: "#888", noise } });
  large = { name: "large.png", type: "image/png", bytes: await plain.png({ compressionLevel: 1 }).toBuffer() };
  const small = plain
    .clone()
    .resize(1000, 750)
    .withExif({ IFD3: { GPSLatitudeRef: "N" }, IFD0: { Artist: "ada" } });
  telling = { name: "told.jpg", type: "image/jpeg", bytes: await small.jpeg({ quality: 95 }).toBuffer() };
});
afterAll(() => database?.drop());

async function createPerson(url: string, id: string): Promise<Person> {
  const { token } = await createTokenIssuer(testSecret, systemClock).issue({ userId: id, tenantId: "default" }, 900);
  const rest = createRest(url, token);
  await rest.get("/users/me");
  return { id, tenant: "default", token, rest };
}

function fetchAs(person: Person, url: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, { headers: { authorization: `Bearer ${person.token}`, ...headers } });
}

async function codeAt(response: Response): Promise<string> {
  return response.ok ? "ok" : ((await response.json()) as { code: string }).code;
}

/** That a part is away is told with word of when to come back. */
function expectAway(reply: RestReply): void {
  expect([reply.status, codeOf(reply)]).toEqual([503, "unavailable"]);
  expect(Number(reply.headers.get("retry-after"))).toBeGreaterThan(0);
}

async function query<Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> {
  const client = new pg.Client(database.url);
  await client.connect();
  try {
    return (await client.query<Row>(text, values)).rows;
  } finally {
    await client.end();
  }
}

describe("a server that is killed", () => {
  let folders: MediaFolders;
  let server: ServerProcess;
  let ada: Person;

  async function start(): Promise<void> {
    server = await startServerProcess({
      DATABASE_URL: database.url,
      PIPIT_DATA_DIR: folders.dataDir,
      MEDIA_URL: `file://${folders.root}`,
      PIPIT_RATE_LIMITS: "off",
    });
    ada = await createPerson(server.url, "ada");
  }
  /** Kills it with what it does at the moment, and starts it again on what it left behind. */
  async function killAndStart(): Promise<void> {
    await server.end("SIGKILL");
    await start();
  }
  const here = (url: string): string => url.replace(/^http:\/\/[^/]+/, server.url);

  beforeAll(async () => {
    folders = await createMediaFolders();
    await start();
  });
  afterAll(async () => {
    await server?.end("SIGKILL");
    await folders?.remove();
  });

  it("in the middle of a PUT has stored nothing; the same address takes it afterwards", async () => {
    const ticket = await requestUpload(ada, large);
    const head = toRequest("PUT", new URL(ticket.uploadUrl).pathname, {
      "content-type": "image/png",
      "content-length": String(large.bytes.length),
    });
    const request = await beginRequest(server.url, head);
    await request.write(large.bytes.subarray(0, large.bytes.length / 2));
    await expect.poll(async () => (await listFiles(join(folders.root, "incoming"))).length).toBe(1);
    await killAndStart();
    expect(await folders.objects()).toEqual([]);
    expect(codeOf(await confirmUpload(ada, ticket.fileKey, large))).toBe("conflict");
    expect((await putFile({ uploadUrl: here(ticket.uploadUrl) }, large)).status).toBe(200);
    const confirmed = await confirmUpload(ada, ticket.fileKey, large);
    expect(confirmed.body.data).toMatchObject({ width: 2400, height: 1800 });
  });

  it("in the middle of a piece goes on from what had come", async () => {
    const ticket = await requestUpload(ada, large, { resumable: true });
    const url = ticket.resumable?.protocol === "tus" ? ticket.resumable.url : "";
    const head = toRequest("PATCH", new URL(url).pathname, {
      "tus-resumable": "1.0.0",
      "upload-offset": "0",
      "content-type": "application/offset+octet-stream",
      "content-length": String(large.bytes.length),
    });
    const request = await beginRequest(server.url, head);
    await request.write(large.bytes.subarray(0, 3 * mebibyte));
    await server.end("SIGKILL");
    await start();
    const offset = await findOffset(here(url));
    expect(offset).toBeLessThanOrEqual(3 * mebibyte);
    expect((await patch(here(url), offset, large.bytes.subarray(offset))).status).toBe(204);
    const confirmed = await confirmUpload(ada, ticket.fileKey, large);
    const whole = Buffer.from(await (await fetchAs(ada, confirmed.body.data.url)).arrayBuffer());
    expect(whole.equals(large.bytes)).toBe(true);
  });

  it("in the middle of a confirmation confirms it when asked again, and leaves nothing of its work lying about", async () => {
    const ticket = await uploadOnly(ada, large);
    const lost = confirmUpload(ada, ticket.fileKey, large).catch(() => "lost");
    const worked = async () => (await listFiles(join(folders.root, "incoming"))).length;
    await expect.poll(worked, { interval: 5 }).toBeGreaterThan(0);
    await server.end("SIGKILL");
    expect(await lost).toBe("lost");
    await start();
    expect(codeOf(await ada.rest.get(`/media/${ticket.uploadId}`))).toBe("not_found");
    const confirmed = await confirmUpload(ada, ticket.fileKey, large);
    expect(confirmed.body.data).toMatchObject({ id: ticket.uploadId, width: 2400 });
    const own = (await folders.objects()).filter((path) => path.includes(ticket.uploadId));
    expect(own).toHaveLength(1);
  });

  it("has what it had in hand in the data directory cleared away by the sweep of a later day", async () => {
    const ticket = await uploadOnly(ada, telling);
    const lost = confirmUpload(ada, ticket.fileKey, telling).catch(() => "lost");
    const tmp = join(folders.dataDir, "tmp");
    await expect.poll(() => listNames(tmp), { interval: 2 }).not.toEqual([]);
    await server.end("SIGKILL");
    await lost;
    await start();
    expect(codeOf(await confirmUpload(ada, ticket.fileKey, telling))).toBe("ok");
    const [left = "", ...others] = await listNames(tmp);
    expect(others).toEqual([]);
    const yesterday = new Date(Date.now() - 25 * 3_600_000);
    await sweep();
    expect(await listNames(tmp)).toEqual([left]);
    await utimes(join(tmp, left), yesterday, yesterday);
    await sweep();
    expect(await listNames(tmp)).toEqual([]);
  });

  function sweep(): Promise<unknown> {
    const env = {
      PATH: process.env.PATH,
      DATABASE_URL: database.url,
      PIPIT_DATA_DIR: folders.dataDir,
      MEDIA_URL: `file://${folders.root}`,
      PIPIT_JWT_SECRET: testSecret,
    };
    return promisify(execFile)(process.execPath, [program, "media", "sweep"], { env });
  }

  it("[G12] right after a removal was answered removes the objects when it is back", async () => {
    const room = await makeGroup(ada);
    const medium = await upload(ada, telling);
    const message = await say(ada, room, "look", { upload_id: medium.id });
    await fetchAs(ada, medium.thumbnailUrl ?? "").then((response) => response.arrayBuffer());
    const own = async () => (await folders.objects()).filter((path) => path.includes(medium.id));
    expect(await own()).toHaveLength(2);
    const removed = await ada.rest.delete(`/media/${medium.id}`);
    await server.end("SIGKILL");
    expect(codeOf(removed)).toBe("ok");
    await start();
    expect(codeOf(await ada.rest.get(`/media/${medium.id}`))).toBe("not_found");
    expect((await fetchAs(ada, here(medium.url))).status).toBe(404);
    // A job that the killed server had in hand waits for its lease, which a test does not.
    await query("update jobs set locked_until = null, run_at = now() where kind = 'media.remove'");
    await expect.poll(own, { timeout: 15_000 }).toEqual([]);
    const seen = async () => (await ada.rest.get(`/messages/${message.id}`)).body.data;
    await expect.poll(seen).toMatchObject({ is_media_removed: true });
  });
});

async function listNames(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    // It is made when it is first needed.
    if (isErrno(error, "ENOENT")) return [];
    throw error;
  }
}

describe("the database goes away", () => {
  it("during a confirmation: it is unavailable, and afterwards it is done once", async () => {
    const log = createWatchedLog();
    const folders = await createMediaFolders();
    const own = await createTestDatabase();
    const proxy = await startDatabaseProxy(own.url);
    const options = { dataDir: folders.dataDir, mediaUrl: `file://${folders.root}` };
    const server = await startTestServer({ ...options, databaseUrl: proxy.url, log });
    onTestFinished(async () => {
      await server.close();
      proxy.close();
      await own.drop();
      await folders.remove();
    });
    const ada = await server.person("ada");
    const ticket = await uploadOnly(ada, large);
    const late = await requestUpload(ada, note);
    const confirming = confirmUpload(ada, ticket.fileKey, large);
    await expect.poll(() => listNames(join(folders.dataDir, "tmp")), { interval: 2 }).not.toEqual([]);
    proxy.cut();
    expectAway(await confirming);
    const put = await putFile(late, note);
    expect([put.status, await codeAt(put)]).toEqual([503, "unavailable"]);
    proxy.mend();
    await expect
      .poll(async () => codeOf(await confirmUpload(ada, ticket.fileKey, large)), { timeout: 10_000 })
      .toBe("ok");
    expect((await putFile(late, note)).status).toBe(200);
    expect((await ada.rest.get("/media/usage")).body.data.used).toBe(large.bytes.length + note.bytes.length);
    expect(log.faults()).toEqual([]);
  });
});

describe("the media store goes away", () => {
  it("as a folder: everything of media is unavailable, messages flow, and nothing is made in its place", async () => {
    const log = createWatchedLog();
    const folders = await createMediaFolders();
    const server = await startTestServer({ dataDir: folders.dataDir, mediaUrl: `file://${folders.root}`, log });
    onTestFinished(async () => {
      await server.close();
      await folders.remove();
    });
    const ada = await server.person("ada");
    const room = await makeGroup(ada);
    const medium = await upload(ada, telling);
    const ticket = await uploadOnly(ada, note);
    const pieces = await requestUpload(ada, note, { resumable: true });
    const tus = pieces.resumable?.protocol === "tus" ? pieces.resumable.url : "";
    await patch(tus, 0, Buffer.from("hello"));
    await rename(folders.root, `${folders.root}-away`);

    const put = await putFile(pieces, note);
    expect([put.status, await codeAt(put)]).toEqual([503, "unavailable"]);
    expect(Number(put.headers.get("retry-after"))).toBeGreaterThan(0);
    expectAway(await confirmUpload(ada, ticket.fileKey, note));
    expectAway(await ada.rest.post("/media/upload-url", { ...toClaim(note), resumable: true }));
    for (const url of [medium.url, medium.thumbnailUrl ?? "", medium.signedUrl]) {
      const response = await fetchAs(ada, url);
      expect([response.status, await codeAt(response)]).toEqual([503, "unavailable"]);
    }
    expect(codeOf(await ada.rest.delete(`/media/${medium.id}`))).toBe("ok");
    await say(ada, room, "still here");
    expect(await listFiles(folders.root)).toEqual([]);

    await rename(`${folders.root}-away`, folders.root);
    expect(await findOffset(tus)).toBe(5);
    expect((await patch(tus, 5, note.bytes.subarray(5))).status).toBe(204);
    expect(codeOf(await confirmUpload(ada, pieces.fileKey, note))).toBe("ok");
    expect(codeOf(await confirmUpload(ada, ticket.fileKey, note))).toBe("ok");
    expect(log.faults()).toEqual([]);
  });

  it("as a folder: a client with a half-sent upload is told to come back, not that it is lost", async () => {
    const folders = await createMediaFolders();
    const server = await startTestServer({ dataDir: folders.dataDir, mediaUrl: `file://${folders.root}` });
    onTestFinished(async () => {
      await server.close();
      await folders.remove();
    });
    const ada = await server.person("ada");
    const ticket = await requestUpload(ada, note, { resumable: true });
    const tus = ticket.resumable?.protocol === "tus" ? ticket.resumable.url : "";
    await patch(tus, 0, Buffer.from("hello"));
    await rename(folders.root, `${folders.root}-away`);
    const resumed = await ada.rest.post("/media/resume", { fileKey: ticket.fileKey });
    const head = await fetch(tus, { method: "HEAD", headers: { "tus-resumable": "1.0.0" } });
    const sent = await patch(tus, 5, note.bytes.subarray(5));
    expect([resumed.status, head.status, sent.status]).toEqual([503, 503, 503]);
    expect(Number(sent.headers.get("retry-after"))).toBeGreaterThan(0);
  });

  it("as a bucket: what needs it is unavailable, and messages flow", async () => {
    const log = createWatchedLog();
    const site = await openS3Site({ log });
    onTestFinished(() => site.server.close());
    const ada = await site.server.person("ada");
    const room = await makeGroup(ada);
    const medium = await upload(ada, note);
    const ticket = await uploadOnly(ada, note);
    await site.s3.close();
    const [confirmed, asked, response, sent] = await Promise.all([
      confirmUpload(ada, ticket.fileKey, note),
      ada.rest.post("/media/upload-url", { ...toClaim(note), resumable: true }),
      fetchAs(ada, medium.url),
      say(ada, room, "still here", { upload_id: medium.id }),
    ]);
    expectAway(confirmed);
    expectAway(asked);
    expect([response.status, await codeAt(response)]).toEqual([503, "unavailable"]);
    expect(sent.content).toBe("still here");
    expect(log.faults()).toEqual([]);
  });
});

describe.skipIf(!canMount)(`a small disk${whyNot}`, () => {
  let server: SmallDiskServer;
  let ada: Person;

  async function start(mebibytes: number, files: number, toEnv: (disk: string) => Record<string, string>) {
    server = await startSmallDiskServer({ mebibytes, files }, (disk) => ({
      DATABASE_URL: database.url,
      ...toEnv(disk),
    }));
    onTestFinished(() => server.close());
    ada = await createPerson(server.url, "ada");
  }

  it("of the store that is full: every door says so, and goes on by itself when there is room", async () => {
    await start(24, 10_000, (disk) => ({ MEDIA_URL: `file://${disk}/media` }));
    const photo = await upload(ada, { ...telling, name: "first.jpg" });
    const [ready, fresh] = [await uploadOnly(ada, telling), await requestUpload(ada, telling, { resumable: true })];
    const tus = fresh.resumable?.protocol === "tus" ? fresh.resumable.url : "";
    const before = (await ada.rest.get("/media/usage")).body.data.used;
    await server.fill();

    const put = await putFile(fresh, telling);
    expect([put.status, await codeAt(put)]).toEqual([507, "storage_full"]);
    expect((await patch(tus, 0, telling.bytes)).status).toBe(507);
    const confirmed = await confirmUpload(ada, ready.fileKey, telling);
    expect([confirmed.status, codeOf(confirmed)]).toEqual([507, "storage_full"]);
    const thumbnail = await fetchAs(ada, photo.thumbnailUrl ?? "");
    expect([thumbnail.status, await codeAt(thumbnail)]).toEqual([507, "storage_full"]);
    expect((await fetchAs(ada, photo.url)).status).toBe(200);
    expect((await ada.rest.get("/media/usage")).body.data.used).toBe(before);

    await server.free();
    expect((await fetchAs(ada, photo.thumbnailUrl ?? "")).status).toBe(200);
    expect(codeOf(await confirmUpload(ada, ready.fileKey, telling))).toBe("ok");
    const offset = await findOffset(tus);
    expect((await patch(tus, offset, telling.bytes.subarray(offset))).status).toBe(204);
    const { url } = (await confirmUpload(ada, fresh.fileKey, telling)).body.data;
    expect((await sharp(Buffer.from(await (await fetchAs(ada, url)).arrayBuffer())).metadata()).width).toBe(1000);
    expect((await listFiles(join(server.disk, "media", "incoming"))).length).toBe(0);
    expect(server.output()).not.toMatch(/"level":"?(error|50)/);
  });

  it("that has the data directory too, and is full: to confirm and to make thumbnails is told as storage_full", async () => {
    await start(24, 10_000, (disk) => ({ PIPIT_DATA_DIR: `${disk}/data` }));
    const photo = await upload(ada, { ...telling, name: "first.jpg" });
    const ready = await uploadOnly(ada, telling);
    await server.fill();
    const confirmed = await confirmUpload(ada, ready.fileKey, telling);
    const thumbnail = await fetchAs(ada, photo.thumbnailUrl ?? "");
    const codes = [codeOf(confirmed), await codeAt(thumbnail)];
    await server.free();
    expect(codeOf(await confirmUpload(ada, ready.fileKey, telling))).toBe("ok");
    expect((await fetchAs(ada, photo.thumbnailUrl ?? "")).status).toBe(200);
    expect(codes).toEqual(["storage_full", "storage_full"]);
    expect(server.output()).not.toMatch(/"level":"?(error|50)/);
  });

  it("that takes no more files is full as well", async () => {
    await start(24, 120, (disk) => ({ PIPIT_DATA_DIR: `${disk}/data` }));
    const photo = await upload(ada, { ...telling, name: "first.jpg" });
    const [ready, fresh] = [await uploadOnly(ada, telling), await requestUpload(ada, telling)];
    await server.fillNames();
    const confirmed = await confirmUpload(ada, ready.fileKey, telling);
    const thumbnail = await fetchAs(ada, photo.thumbnailUrl ?? "");
    const line = await openLine(server.url);
    const put = line.send("PUT", new URL(fresh.uploadUrl).pathname, { "content-type": telling.type }, telling.bytes);
    const codes = [await put, codeOf(confirmed), await codeAt(thumbnail)];
    await server.free();
    expect(codeOf(await confirmUpload(ada, ready.fileKey, telling))).toBe("ok");
    line.close();
    expect(codes).toEqual([507, "storage_full", "storage_full"]);
    expect(server.output()).not.toMatch(/"level":"?(error|50)/);
  });
});
