/** `pipit media sweep` finds exactly what was left behind, however it came to be, and nothing that anyone has. */
import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdir, rename, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Media } from "@pipit/protocol/models/media";
import pg from "pg";
import sharp from "sharp";
import { afterEach, beforeEach, expect, it } from "vitest";
import { systemClock } from "../src/clock.ts";
import { createStore } from "../src/create-media-parts.ts";
import { createDatabase, createPatientPool } from "../src/db/database.ts";
import { sweepMedia } from "../src/features/media/sweep-media.ts";
import { createLog } from "../src/log.ts";
import { patch } from "../src/ports/media-store/send-upload.fixture.ts";
import { createFakeClock } from "./setup/fake-clock.ts";
import { createMediaFolders, type MediaFolders } from "./setup/stored-files.ts";
import { makeGroup, say } from "./setup/talk.ts";
import { type Person, startTestServer, type TestServer, testSecret } from "./setup/test-server.ts";
import { type FileToSend, note, requestUpload, upload, uploadOnly } from "./setup/upload.ts";

const program = fileURLToPath(new URL("../bin/pipit.js", import.meta.url));
const long = 60_000;
let folders: MediaFolders;
let server: TestServer;
let ada: Person;

beforeEach(async () => {
  folders = await createMediaFolders();
  server = await startTestServer({ dataDir: folders.dataDir, mediaUrl: `file://${folders.root}` });
  ada = await server.person("ada");
  // The first one makes the store this database's, and removes nothing yet.
  await sweep();
});
afterEach(async () => {
  await server.close();
  await folders.remove();
});

async function sweep(...options: string[]): Promise<string[]> {
  return sweepFor(server.databaseUrl, ...options);
}

async function sweepFor(databaseUrl: string, ...options: string[]): Promise<string[]> {
  const env = {
    PATH: process.env.PATH,
    DATABASE_URL: databaseUrl,
    PIPIT_DATA_DIR: folders.dataDir,
    MEDIA_URL: `file://${folders.root}`,
    PIPIT_JWT_SECRET: testSecret,
  };
  const args = [program, "media", "sweep", ...options];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  return stdout.trim().split("\n");
}

function query(text: string, values: unknown[] = []): Promise<number> {
  return queryOn(server.databaseUrl, text, values);
}

/** @returns how many rows it was about */
async function queryOn(databaseUrl: string, text: string, values: unknown[] = []): Promise<number> {
  const client = new pg.Client(databaseUrl);
  await client.connect();
  try {
    return (await client.query(text, values)).rowCount ?? 0;
  } finally {
    await client.end();
  }
}

function pathOf(object: string): string {
  return join(folders.root, "objects", object);
}

async function makeOld(objects: string[], hours = 72): Promise<void> {
  const at = new Date(Date.now() - hours * 3_600_000);
  for (const object of objects) await utimes(pathOf(object), at, at);
}

/** An object that no part of the server has made. */
async function place(object: string, hours: number): Promise<string> {
  await mkdir(dirname(pathOf(object)), { recursive: true });
  await writeFile(pathOf(object), "left behind");
  await makeOld([object], hours);
  return object;
}

const hex = "0123456789abcdef0123456789abcdef";

function download(url: string): Promise<Response> {
  return fetch(url, { headers: { authorization: `Bearer ${ada.token}` } });
}

async function makePhoto(): Promise<Media> {
  const picture = sharp({ create: { width: 800, height: 600, channels: 3, background: "#347" } });
  const file: FileToSend = { name: "a.jpg", type: "image/jpeg", bytes: await picture.jpeg().toBuffer() };
  const photo = await upload(ada, file);
  for (const width of [96, 320, 640]) await (await download(`${photo.url}?width=${width}`)).arrayBuffer();
  return photo;
}

async function expectWhole(...media: Media[]): Promise<void> {
  for (const { url, size } of media) {
    const response = await download(url);
    expect([response.status, (await response.arrayBuffer()).byteLength]).toEqual([200, size]);
  }
}

it(
  "removes old uploads that nobody confirmed, and old objects of nothing; what is alive or young stays",
  async () => {
    const room = await makeGroup(ada);
    const [photo, sent] = [await makePhoto(), await upload(ada, note)];
    await say(ada, room, "here", { upload_id: sent.id });
    const [stale, fresh] = [await uploadOnly(ada), await uploadOnly(ada)];
    const neverSent = await requestUpload(ada, note);
    await makeOld(await folders.objects());
    const alive = await folders.objects();
    const bySql = "update media set created_at = now() - $2::interval where id = any($1::uuid[])";
    expect(await query(bySql, [[stale.uploadId, neverSent.uploadId], "25 hours"])).toBe(2);
    expect(await query(bySql, [[fresh.uploadId], "23 hours"])).toBe(1);
    const orphans = [
      await place(`incoming~/${hex}~/${randomUUID()}`, 25),
      await place(`media~/${hex}~/${randomUUID()}~/original-0123456789abcdef`, 25),
      await place(`media~/${hex}~/${randomUUID()}~/variant-96x96-cover.webp`, 25),
    ];
    // What has no key of ours was put there by somebody else.
    const young = [
      await place("media~/strange", 25),
      await place(`incoming~/${hex}~/${randomUUID()}`, 23),
      await place(`media~/${hex}~/${randomUUID()}~/original-0123456789abcdef`, 23),
    ];
    const before = await folders.objects();
    const usage = (await ada.rest.get("/media/usage")).body.data.used;

    expect(await sweep("--dry-run")).toEqual([
      "2 uploads that were never confirmed would be given up",
      "3 objects (33 bytes) that belong to nothing would be removed",
    ]);
    expect(await folders.objects()).toEqual(before);
    expect((await sweep()).slice(0, 2)).toEqual([
      "2 uploads that were never confirmed given up; a running server removes what came of them",
      "3 objects (33 bytes) that belong to nothing removed",
    ]);
    const expected = [...alive.filter((path) => !path.includes(stale.uploadId)), ...young].toSorted();
    await expect.poll(() => folders.objects(), { timeout: 15_000 }).toEqual(expected);
    expect(orphans.filter((path) => expected.includes(path))).toEqual([]);
    expect((await ada.rest.get("/media/usage")).body.data.used).toBe(usage - 2 * note.bytes.length);
    await expectWhole(photo, sent);
    expect((await sweep("--dry-run"))[0]).toMatch(/^0 /);
  },
  long,
);

it(
  "removes what a confirmation left that could not be finished, or not be cleared away after",
  async () => {
    const [photo, text] = [await makePhoto(), await upload(ada, note)];
    await makeOld(await folders.objects());
    const alive = await folders.objects();
    const folderOf = (medium: Media): string => dirname(alive.find((path) => path.includes(medium.id)) ?? "");
    const row = await ada.rest.post("/media/upload-url", { fileName: "a", fileType: "text/plain", fileSize: 1 });
    const prefix = dirname(row.body.data.fileKey).split("/")[1] ?? "";
    const left = [
      // Stored, and then the transaction failed; a later confirmation stored another.
      await place(`${folderOf(text)}/original-0000000000000000`, 25),
      await place(`${folderOf(photo)}/poster-0000000000000000`, 25),
      // Kept, and then the process ended before it removed what had been uploaded.
      await place(`incoming~/${prefix}~/${text.id}`, 25),
    ];
    expect((await sweep("--dry-run"))[1]).toBe("3 objects (33 bytes) that belong to nothing would be removed");
    await sweep();
    const after = await folders.objects();
    expect(after).toEqual(alive);
    expect(after).not.toEqual(expect.arrayContaining(left));
    await expectWhole(photo, text);
  },
  long,
);

it(
  "goes on with a removal that was given up",
  async () => {
    const photo = await makePhoto();
    await rename(folders.root, `${folders.root}-away`);
    await ada.rest.delete(`/media/${photo.id}`);
    const failed =
      "update jobs set failed_at = now(), attempts = 20 where kind = 'media.remove' and last_error is not null";
    await expect.poll(() => query(failed), { timeout: 15_000 }).toBe(1);
    await rename(`${folders.root}-away`, folders.root);
    await makeOld(await folders.objects());
    await query("update media set created_at = now() - interval '3 days', confirmed_at = now() - interval '3 days'");
    await sweep();
    await expect.poll(() => folders.objects(), { timeout: 15_000 }).toEqual([]);
  },
  long,
);

it(
  "gives up pieces that nothing has come to for a day, and no younger ones",
  async () => {
    await makePhoto();
    const ticket = await requestUpload(ada, note, { resumable: true });
    await patch(ticket.resumable?.protocol === "tus" ? ticket.resumable.url : "", 0, Buffer.from("hello"));
    const log = createLog("fatal");
    const surroundings = { log, clock: systemClock, secret: "x".repeat(32), origin: () => "" };
    const { store } = createStore({ ...surroundings, config: server.pipit.config });
    const pool = createPatientPool({ connectionString: server.databaseUrl }, log);
    const clock = createFakeClock();
    const services = { db: createDatabase(pool), clock, log, media: { store, tempDir: join(folders.dataDir, "tmp") } };
    const whole = { isDryRun: false, withKept: true };
    const [photoFiles, at] = [await folders.objects(), folders.unfinished];
    clock.pass(23 * 3_600);
    expect(await sweepMedia(services, whole)).toMatchObject({ unfinished: 0, orphanedObjects: 0 });
    expect(await at()).toHaveLength(1);
    clock.pass(2 * 3_600);
    expect(await sweepMedia(services, whole)).toMatchObject({ staleUploads: 1, unfinished: 1, orphanedObjects: 0 });
    await expect.poll(at).toEqual([]);
    expect(await folders.objects()).toEqual(photoFiles);
    await pool.end();
  },
  long,
);

it(
  "may run while people upload, confirm and download: nothing of theirs is touched",
  async () => {
    const media: Media[] = [];
    const sweeps = (async () => {
      for (let round = 0; round < 4; round += 1) await sweep();
    })();
    let isOver = false;
    const over = sweeps.finally(() => {
      isOver = true;
    });
    while (!isOver) media.push(await upload(ada, { ...note, bytes: Buffer.from(`note ${media.length}`) }));
    await over;
    await expectWhole(...media);
  },
  long,
);

it(
  "removes nothing of a store that belongs to another database",
  async () => {
    const photo = await makePhoto();
    await makeOld(await folders.objects());
    const before = await folders.objects();
    const other = await startTestServer({
      dataDir: join(folders.dataDir, "other"),
      mediaUrl: `file://${folders.root}`,
    });
    await queryOn(other.databaseUrl, "update installation set id = gen_random_uuid()");
    for (const options of [["--dry-run"], [], []]) {
      expect((await sweepFor(other.databaseUrl, ...options))[1]).toMatch(/^0 objects/);
    }
    expect(await folders.objects()).toEqual(before);
    await expectWhole(photo);
    await other.close();
  },
  long,
);
