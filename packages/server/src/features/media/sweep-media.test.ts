/** The sweep: takes what belongs to nothing, and nothing else. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createFakeClock, createLastingPerson, type FakeClock } from "../../../test/setup/fake-clock.ts";
import { makeGroup, say } from "../../../test/setup/talk.ts";
import { type Person, startTestServer, type TestServer } from "../../../test/setup/test-server.ts";
import { note, requestUpload, upload, uploadOnly } from "../../../test/setup/upload.ts";
import { createStore, toTempDir } from "../../create-media-parts.ts";
import { createDatabase, createPool } from "../../db/database.ts";
import { createLog } from "../../log.ts";
import type { MediaStore } from "../../ports/media-store/media-store.ts";
import { withFolder } from "./media-parts.ts";
import { sweepMedia } from "./sweep-media.ts";

const log = createLog("fatal");
const look = { isDryRun: true, withKept: true };
const clear = { isDryRun: false, withKept: true };

let clock: FakeClock;
let server: TestServer;
let ada: Person;
let store: MediaStore;
let pool: ReturnType<typeof createPool>;

beforeAll(async () => {
  clock = createFakeClock();
  server = await startTestServer({ clock });
  ada = await createLastingPerson(server, "ada");
  ({ store } = createStore({ config: server.pipit.config, log, clock, secret: "x".repeat(32), origin: () => "" }));
  pool = createPool({ connectionString: server.databaseUrl }, 2, log);
});
afterAll(async () => {
  await pool.end();
  await server.close();
});

function sweep(options: typeof look, databasePool = pool) {
  const media = { store, tempDir: toTempDir(server.pipit.config) };
  return sweepMedia({ db: createDatabase(databasePool), clock, log, media }, options);
}

async function listKeys(): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list("")) keys.push(key);
  return keys.sort();
}

function put(key: string): Promise<void> {
  return withFolder(toTempDir(server.pipit.config), async (folder) => {
    await writeFile(join(folder, "object"), note.bytes);
    await store.writeFile(key, join(folder, "object"), note.type);
  });
}

it("[D9] takes what was never confirmed, what belongs to nothing and what live media no longer needs, after a day", async () => {
  expect(await sweep(clear)).toMatchObject({ orphanedObjects: 0 });
  const live = await upload(ada);
  await say(ada, await makeGroup(ada), "", { upload_id: live.id });
  await fetch(live.url, { headers: { authorization: `Bearer ${ada.token}` } });
  const [kept = ""] = (await listKeys()).filter((key) => key.includes(live.id));
  const stale = await uploadOnly(ada);
  await requestUpload(ada, note);
  const folder = kept.slice(0, kept.lastIndexOf("/") + 1);
  const leftOvers = [
    `${folder}original-0123456789abcdef`,
    stale.fileKey.replace(stale.uploadId, live.id),
    `media/${"0".repeat(32)}/${crypto.randomUUID()}/original-0123456789abcdef`,
    `incoming/${"0".repeat(32)}/${crypto.randomUUID()}`,
  ];
  const notOurs = ["media/logo.png", "customers/logo.png", `${folder}variant-96x96-cover.webp`];
  for (const key of [...leftOvers, ...notOurs]) await put(key);

  const before = await listKeys();
  expect(await sweep(clear)).toMatchObject({ staleUploads: 0, orphanedObjects: 0 });
  clock.pass(90_000);
  expect(await sweep(look)).toMatchObject({ staleUploads: 2, orphanedObjects: 4, orphanedBytes: 48 });
  expect(await listKeys()).toEqual(before);
  const incomingOnly = await sweep({ isDryRun: true, withKept: false });
  expect(incomingOnly).toMatchObject({ orphanedObjects: 2 });

  expect(await sweep(clear)).toMatchObject({ staleUploads: 2, orphanedObjects: 4 });
  await expect
    .poll(listKeys, { timeout: 15_000 })
    .toEqual(before.filter((key) => ![...leftOvers, stale.fileKey].includes(key)));
  expect((await ada.rest.get("/media/usage")).body.data.used).toBe(note.bytes.length);
  expect((await ada.rest.get(`/media/${live.id}`)).status).toBe(200);
}, 60_000);

it("takes nothing from a store that belongs to another database", async () => {
  const other = await startTestServer();
  const otherPool = createPool({ connectionString: other.databaseUrl }, 2, log);
  await otherPool.query("update installation set id = gen_random_uuid()");
  const orphan = `media/${"1".repeat(32)}/${crypto.randomUUID()}/original-0123456789abcdef`;
  await put(orphan);
  clock.pass(90_000);
  expect(await sweep(clear, otherPool)).toMatchObject({ orphanedObjects: 0 });
  expect(await listKeys()).toContain(orphan);
  await otherPool.end();
  await other.close();
});
