/** Files as attackers and broken programs make them, sent to a real server as any client would send them. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Media } from "@pipit/protocol/models/media";
import { afterAll, beforeAll, expect, it } from "vitest";
import { systemClock } from "../src/clock.ts";
import { createTokenIssuer } from "../src/identity/issue-token.ts";
import { type BadFile, makeBadFiles } from "../src/media/bad-files.fixture.ts";
import { createRest } from "./setup/rest-client.ts";
import { type ServerProcess, startServerProcess } from "./setup/server-process.ts";
import { createMediaFolders, listFiles, type MediaFolders } from "./setup/stored-files.ts";
import { codeOf, makeGroup, say } from "./setup/talk.ts";
import { createTestDatabase, type TestDatabase } from "./setup/test-database.ts";
import { type Person, testSecret } from "./setup/test-server.ts";
import { confirmUpload, note, putFile, toClaim, upload } from "./setup/upload.ts";
import { listPrograms, watchGrowth } from "./setup/watch-process.ts";

const mebibyte = 1024 * 1024;
const lanes = 3;
const refusals = ["unsupported_type", "too_large", "conflict"];

/** Names that are refused as they are. */
const refusedNames = [
  ["with a NUL", "a\u0000.jpg"],
  ["of 4,000 characters", "x".repeat(4_000)],
  ["of none", ""],
  ["with half a character", "\ud800.jpg"],
] as const;

/** Names that clients may give; none of them may lead anywhere, or be given to others as it is. */
const names = [
  "../../../../etc/passwd",
  "..\\..\\boot.ini",
  "\u202egpj.exe",
  `${"x".repeat(240)}.png`,
  '"; filename="evil.html',
  "x.svg",
  "a\r\nSet-Cookie: a=b",
  "\u2066\u2067.png",
  "COM1",
  ".",
  "picture.jpg.html",
];

let database: TestDatabase;
let folders: MediaFolders;
let scratch: string;
let server: ServerProcess;
let ada: Person;
let bob: Person;
let room: string;

async function createPerson(id: string): Promise<Person> {
  const issued = await createTokenIssuer(testSecret, systemClock).issue({ userId: id, tenantId: "default" }, 900);
  const rest = createRest(server.url, issued.token);
  await rest.get("/users/me");
  return { id, tenant: "default", token: issued.token, rest };
}

beforeAll(async () => {
  database = await createTestDatabase();
  folders = await createMediaFolders();
  scratch = await mkdtemp(join(tmpdir(), "pipit-bad-"));
  server = await startServerProcess({
    DATABASE_URL: database.url,
    PIPIT_DATA_DIR: folders.dataDir,
    MEDIA_URL: `file://${folders.root}`,
    PIPIT_RATE_LIMITS: "off",
  });
  [ada, bob] = [await createPerson("ada"), await createPerson("bob")];
  room = await makeGroup(ada, ["bob"]);
});
afterAll(async () => {
  await server?.end("SIGKILL");
  await database?.drop();
  await folders?.remove();
  await rm(scratch, { recursive: true, force: true });
});

type Sent = { file: BadFile; size: number; code: string; medium?: Media };

/** One file through all three steps. `code` is that of the first refusal, or `ok`. */
async function sendFile(file: BadFile, name: string): Promise<Sent> {
  const bytes = await readFile(file.path);
  const given = { name, type: file.claimed, bytes };
  const sent = { file, size: bytes.length };
  const asked = await ada.rest.post("/media/upload-url", toClaim(given));
  if (!asked.body.success) return { ...sent, code: codeOf(asked) };
  const put = await putFile(asked.body.data, given);
  if (!put.ok) return { ...sent, code: `PUT ${put.status}` };
  const confirmed = await confirmUpload(ada, asked.body.data.fileKey, given);
  return { ...sent, code: codeOf(confirmed), medium: confirmed.body.data };
}

async function download(url: string): Promise<{ headers: Headers; status: number; bytes: Buffer }> {
  const response = await fetch(url, { headers: { authorization: `Bearer ${bob.token}` } });
  return { headers: response.headers, status: response.status, bytes: Buffer.from(await response.arrayBuffer()) };
}

/** What another member gets that they must not. */
async function listLeaks({ file, medium }: Sent): Promise<string[]> {
  if (!medium) return [];
  await say(ada, room, "look", { upload_id: medium.id });
  const urls = [medium.url, medium.thumbnailUrl, `${medium.url.replace(/file$/, "poster")}`];
  const problems: string[] = [];
  for (const url of urls.filter((one) => one !== undefined)) {
    const { headers, status, bytes } = await download(url);
    if (status >= 500) problems.push(`${url} answers ${status}`);
    if (url === medium.url && status !== 200) problems.push(`the original answers ${status}`);
    problems.push(...listHeaderFaults(headers, status));
    const found = (file.forbidden ?? []).filter((secret) => bytes.includes(secret));
    problems.push(...found.map((secret) => `still holds ${secret.toString("latin1")}`));
  }
  return problems;
}

function listHeaderFaults(headers: Headers, status: number): string[] {
  if (status !== 200) return [];
  const problems: string[] = [];
  const disposition = headers.get("content-disposition") ?? "";
  if (headers.get("x-content-type-options") !== "nosniff") problems.push("may be sniffed");
  if (/html|svg|^(text|application)\/xml/.test(headers.get("content-type") ?? "html"))
    problems.push("is served as a page");
  if (!/^(inline|attachment); filename="[^"\\/\r\n]+"; filename\*=UTF-8''[\w.~!%-]+$/.test(disposition)) {
    problems.push(`is called ${disposition}`);
  }
  if (/%E2%80%AE|%2F|%5C|%00|\.\./i.test(disposition)) problems.push(`is called ${disposition}`);
  return problems;
}

// A file of nothing is not even promised.
function isRefusal({ size, code }: Sent): boolean {
  return size === 0 ? code === "invalid_request" : refusals.includes(code);
}

async function judge(sent: Sent): Promise<string[]> {
  const { file, code, medium } = sent;
  if (!medium) return isRefusal(sent) ? [] : [`was answered ${code}`];
  return [...(file.expected === "refused" ? ["was taken"] : []), ...(await listLeaks(sent))];
}

it("[D2] of 200 and more bad files each is refused or neutralised; nothing of the refused is left, and the server lives on", async () => {
  const memory = await watchGrowth(server.child.pid ?? 0);
  const kept: Media[] = [];
  const problems: string[] = [];
  let count = 0;
  const files = makeBadFiles(scratch);
  const work = async (): Promise<void> => {
    for (let next = await files.next(); !next.done; next = await files.next()) {
      count += 1;
      const file = next.value;
      const sent = await sendFile(file, names[count % names.length] ?? "file");
      problems.push(...(await judge(sent)).map((problem) => `${file.name} (${file.claimed}): ${problem}`));
      if (sent.medium) kept.push(sent.medium);
      await rm(file.path);
    }
  };
  await Promise.all(Array.from({ length: lanes }, work));
  const growth = await memory.stop();
  console.log({ count, kept: kept.length, growthMiB: Math.round(growth / mebibyte) });
  expect(problems).toEqual([]);
  expect(count).toBeGreaterThanOrEqual(200);
  expect(growth).toBeLessThan(200 * mebibyte);
  await checkLeftovers(kept);
  expect((await upload(ada, note)).size).toBe(note.bytes.length);
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  expect(server.output()).not.toMatch(/"level":"?(error|50)/);
}, 90_000);

it.each(refusedNames)("a file can't have a name %s", async (_which, fileName) => {
  const before = (await ada.rest.get("/media/usage")).body.data.used;
  const asked = await ada.rest.post("/media/upload-url", { ...toClaim(note), fileName });
  expect([asked.status, codeOf(asked)]).toEqual([400, "invalid_request"]);
  expect((await ada.rest.get("/media/usage")).body.data.used).toBe(before);
});

async function checkLeftovers(kept: Media[]): Promise<void> {
  const isOfKept = (path: string): boolean => kept.some(({ id }) => path.startsWith("media~") && path.includes(id));
  const strays = async (): Promise<string[]> => (await folders.objects()).filter((path) => !isOfKept(path));
  await expect.poll(strays, { timeout: 15_000 }).toEqual([]);
  expect(await folders.unfinished()).toEqual([]);
  expect(await listFiles(scratch)).toEqual([]);
  const usage = (await ada.rest.get("/media/usage")).body.data;
  expect(usage.used).toBe(kept.reduce((sum, { size }) => sum + size, 0));
  // Workers without work stay for a moment; what they run does not.
  const programs = await listPrograms(server.child.pid ?? 0);
  expect(programs.filter((name) => /^ff|^prlimit/.test(name))).toEqual([]);
  expect(programs.length).toBeLessThanOrEqual(2);
}
