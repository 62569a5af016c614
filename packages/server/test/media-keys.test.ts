/** Keys and ids that no server gave out: whatever is asked with them, nothing is found and nothing outside is opened. */
import { randomUUID } from "node:crypto";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { Agent, request } from "node:http";
import { join } from "node:path";
import { restPrefix } from "@pipit/protocol/documents/open-api-operation";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createMediaFolders, type MediaFolders } from "./setup/stored-files.ts";
import { type Person, startTestServer, type TestServer } from "./setup/test-server.ts";
import { note, toClaim, upload, uploadOnly } from "./setup/upload.ts";
import { createWatchedLog } from "./setup/watched-log.ts";

const canary = "CANARY-of-a-file-that-is-nobody's";
const keys = 1_200;
const lanes = 8;
const log = createWatchedLog();
const seed = Number(process.env.TEST_SEED ?? Math.floor(Math.random() * 2 ** 31));
const agent = new Agent({ keepAlive: true, maxSockets: lanes });
let folders: MediaFolders;
let server: TestServer;
let ada: Person;
let bob: Person;
/** What bob has: the key and id of an upload, and of a medium. */
let real: { fileKey: string; id: string; mediumKey: string; mediumId: string };

beforeAll(async () => {
  folders = await createMediaFolders();
  await placeCanaries();
  server = await startTestServer({ dataDir: folders.dataDir, mediaUrl: `file://${folders.root}`, log });
  [ada, bob] = [await server.person("ada"), await server.person("bob")];
  const waiting = await uploadOnly(bob, { ...note, bytes: Buffer.from(canary) });
  const kept = await uploadOnly(bob, { ...note, bytes: Buffer.from(canary) });
  await bob.rest.post("/media/confirm", { fileKey: kept.fileKey, ...toClaim({ ...note, bytes: Buffer.from(canary) }) });
  real = { fileKey: waiting.fileKey, id: waiting.uploadId, mediumKey: kept.fileKey, mediumId: kept.uploadId };
});
afterAll(async () => {
  agent.destroy();
  await server?.close();
  await folders?.remove();
});

/** Files next to the store, in the place of its parts, and behind links in it. */
async function placeCanaries(): Promise<void> {
  const places = ["", "objects", "incoming", "resumable", "objects/incoming~", "objects/media~"];
  for (const place of places) {
    await mkdir(join(folders.root, place), { recursive: true });
    await writeFile(join(folders.root, place, "canary.txt"), canary);
  }
  await writeFile(join(folders.root, "..", "canary.txt"), canary);
  await mkdir(folders.dataDir, { recursive: true });
  await writeFile(join(folders.dataDir, "secrets.txt"), canary);
  await symlink(join(folders.root, "..", "canary.txt"), join(folders.root, "objects", "link"));
  await symlink(join(folders.root, ".."), join(folders.root, "objects", "up~"));
}

const hex = "0123456789abcdef";
const pieces = fc.constantFrom(
  ...[
    "..",
    ".",
    "/",
    "\\",
    "%2e%2e",
    "%2f",
    "\0",
    "~",
    "+",
    "incoming",
    "media",
    "objects",
    "canary.txt",
    "link",
    "up",
  ],
  ...[
    "etc/passwd",
    "secrets.txt",
    "file:///",
    "C:\\",
    "\u202e",
    "\u2215",
    "\uff0e\uff0e",
    "é",
    "😀",
    "\n",
    " ",
    "?",
    "#",
  ],
);

function nearMisses(): fc.Arbitrary<string> {
  const known = fc.constantFrom(real.fileKey, real.id, real.mediumKey, real.mediumId);
  const place = fc.nat(120);
  return fc.oneof(
    fc.tuple(known, place, pieces).map(([key, at, piece]) => key.slice(0, at) + piece + key.slice(at)),
    fc.tuple(known, place, fc.constantFrom(...hex)).map(([key, at, c]) => key.slice(0, at) + c + key.slice(at + 1)),
    known.map((key) => key.toUpperCase()),
    fc.tuple(known, place).map(([key, at]) => key.slice(0, at)),
    fc.tuple(known, pieces).map(([key, piece]) => `${piece}/${key}`),
    fc.tuple(known, known).map(([a, b]) => `${a}/../${b}`),
    known.map((key) => encodeURIComponent(encodeURIComponent(key))),
    known.map((key) => key.normalize("NFD").replace("-", "\u2010")),
  );
}

function anyKey(): fc.Arbitrary<string> {
  return fc.oneof(
    fc.string({ unit: "binary", minLength: 1, maxLength: 60 }),
    fc.array(pieces, { minLength: 1, maxLength: 12 }).map((parts) => parts.join("")),
    fc.array(pieces, { minLength: 1, maxLength: 8 }).map((parts) => parts.join("/")),
    fc.constant(0).map(() => `incoming/${"0".repeat(32)}/${randomUUID()}`),
    fc.constant(0).map(() => randomUUID()),
    fc.string({ minLength: 500, maxLength: 600 }),
    nearMisses(),
  );
}

type Answer = { status: number; text: string };

function call(method: string, path: string, body?: object, isKnown = true): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const authorization = isKnown ? { authorization: `Bearer ${ada.token}` } : {};
    const headers = { ...authorization, ...(body ? { "content-type": "application/json" } : {}) };
    const sending = request(new URL(server.url), { agent, method, path: `${restPrefix}${path}`, headers }, (answer) => {
      let text = "";
      answer.on("data", (chunk) => {
        text += chunk;
      });
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, text }));
    });
    sending.on("error", reject);
    sending.end(body && JSON.stringify(body));
  });
}

const doors: Record<string, (key: string, inPath: string) => Promise<Answer>> = {
  confirm: (fileKey) => call("POST", "/media/confirm", { fileKey, ...toClaim(note) }),
  resume: (fileKey) => call("POST", "/media/resume", { fileKey }),
  get: (_, inPath) => call("GET", `/media/${inPath}`),
  delete: (_, inPath) => call("DELETE", `/media/${inPath}`),
  file: (_, inPath) => call("GET", `/media/${inPath}/file`),
  thumbnail: (_, inPath) => call("GET", `/media/${inPath}/file?width=100`),
  poster: (_, inPath) => call("GET", `/media/${inPath}/poster`),
  signed: (key, inPath) => call("GET", `/media/${inPath}/file?signed=${encode(key)}`, undefined, false),
  PUT: (_, inPath) => call("PUT", `/media/uploads/${inPath}`),
  tus: (_, inPath) => call("HEAD", `/media/tus/${inPath}`),
};

// Half of a pair is no text that an address may hold.
function encode(key: string): string {
  return encodeURIComponent(key.toWellFormed());
}

/** As a path: encoded, or as it is where a request may have it so. */
function toPaths(key: string): string[] {
  const bare = key.replace(/[^\x21-\x7e]/g, "").replace(/[?#]/g, "");
  return [encode(key), ...(bare === "" ? [] : [bare])];
}

function judge(door: string, key: string, { status, text }: Answer): string[] {
  const shown = `${door} ${JSON.stringify(key.slice(0, 120))}`;
  if (text.includes("CANARY")) return [`${shown} gave away a file`];
  const isTold = door === "tus" || tolds.test(text);
  // A path that makes no URL is refused before anyone looks at it.
  if (status === 400 && text === "") return [];
  if ([400, 401, 404].includes(status) && isTold) return [];
  return isElsewhere(key, status, text) ? [] : [`${shown} answered ${status} ${text.slice(0, 100)}`];
}

const tolds = /"code":"(not_found|invalid_request|unauthenticated)"/;

// `usage` stands beside the ids.
function isElsewhere(key: string, status: number, text: string): boolean {
  return status === 200 && key.includes("usage") && text.includes('"used"');
}

it("10,000 and more of them, at every door: never a fault, never a file", { timeout: 120_000 }, async () => {
  console.log(`seed ${seed}`);
  const samples = fc.sample(anyKey(), { numRuns: keys, seed });
  const problems: string[] = [];
  let calls = 0;
  const lane = async (from: number): Promise<void> => {
    for (let at = from; at < samples.length; at += lanes) {
      const key = samples[at] ?? "";
      if (Object.values(real).includes(key)) continue;
      const paths = toPaths(key);
      for (const [door, ask] of Object.entries(doors)) {
        calls += 1;
        problems.push(...judge(door, key, await ask(key, paths[at % paths.length] ?? "x")));
      }
    }
  };
  await Promise.all(Array.from({ length: lanes }, (_, n) => lane(n)));
  console.log({ calls });
  expect(problems.slice(0, 20)).toEqual([]);
  expect(calls).toBeGreaterThanOrEqual(10_000);
  expect(log.faults()).toEqual([]);
});

it("what is real stays what it was, and its owner's alone", async () => {
  for (const [door, ask] of Object.entries(doors)) {
    for (const key of Object.values(real)) {
      const { status, text } = await ask(key, encode(key));
      expect([door, key, status]).toEqual([door, key, door === "signed" ? 401 : toRefused(status)]);
      expect(text).not.toContain("CANARY");
    }
  }
  expect((await bob.rest.get(`/media/${real.mediumId}`)).status).toBe(200);
  expect((await upload(bob, note)).size).toBe(note.bytes.length);
});

// What has not even the form of an id is an invalid one.
function toRefused(status: number): number {
  return status === 400 ? 400 : 404;
}

it("to send a message with one finds nothing either", async () => {
  const room = (await ada.rest.post("/rooms", { type: "group", name: "Here" })).body.data.id;
  for (const key of fc.sample(anyKey(), { numRuns: 300, seed })) {
    for (const given of [
      { upload_id: key },
      { file_url: key },
      { file_url: `${server.url}/media/${encode(key)}/file` },
    ]) {
      const { status, body } = await ada.rest.post(`/rooms/${room}/messages`, { content: "x", ...given });
      expect([key, status, body.code]).toEqual([key, status, status === 400 ? "invalid_request" : "not_found"]);
    }
  }
  expect(log.faults()).toEqual([]);
});
