/** Sends and fetches the same file in turn at Pipit and at the bare server, so that what else the machine does hits both. */
import { createHash } from "node:crypto";
import type { Progress } from "../scenario.ts";
import { round } from "../statistics.ts";
import type { Content } from "./content.ts";
import type { FileServer } from "./file-server.ts";
import { measure, type Pace } from "./measure.ts";
import { fetchFile, type Place, partOf, sendFile } from "./transfer.ts";

export const courses = {
  upload_1: { work: "upload", atOnce: 1 },
  upload_4: { work: "upload", atOnce: 4 },
  download_1: { work: "download", atOnce: 1 },
  download_4: { work: "download", atOnce: 4 },
  range_1: { work: "range", atOnce: 1 },
  range_4: { work: "range", atOnce: 4 },
} as const;

export type CourseName = keyof typeof courses;

/** The paces of both in each round, in order; what they count is bytes. */
export type Rounds = Record<CourseName, { pipit: Pace; plain: Pace }[]>;

const uploadTurns = 4;
const downloadTurns = 8;
const partBytes = 1_000_000;

type Both<Value> = { pipit: Value; plain: Value };
type Kept = { server: FileServer; place: Place; content: Content };

/** Gives the rounds. @throws {Error} when a server refuses, or gives something else than it was sent */
export async function runRounds(
  servers: Both<FileServer>,
  content: Content,
  count: number,
  progress: Progress,
): Promise<Rounds> {
  const kept = { pipit: await keepOne(servers.pipit, content), plain: await keepOne(servers.plain, content) };
  const rounds: Rounds = { upload_1: [], upload_4: [], download_1: [], download_4: [], range_1: [], range_4: [] };
  for (let number = 1; number <= count; number += 1) {
    for (const name of Object.keys(courses) as CourseName[]) {
      const pace = await runBoth(kept, name, number % 2 === 0);
      rounds[name].push(pace);
      progress(`round ${number}, ${name}: ${toMegabytes(pace.pipit)} MB/s, plain ${toMegabytes(pace.plain)} MB/s`);
    }
  }
  return rounds;
}

// Each goes first in every other round.
async function runBoth(kept: Both<Kept>, name: CourseName, isPlainFirst: boolean): Promise<Both<Pace>> {
  const run = (one: Kept) => works[courses[name].work](one, courses[name].atOnce);
  if (!isPlainFirst) return { pipit: await run(kept.pipit), plain: await run(kept.plain) };
  const plain = await run(kept.plain);
  return { plain, pipit: await run(kept.pipit) };
}

/** Sends one file, and sees whether it comes back as it was, whole and in parts. It is also what warms the server up. */
async function keepOne(server: FileServer, content: Content): Promise<Kept> {
  const file = await server.open(content);
  await sendFile(file.place, content);
  const { place } = await file.keep();
  const [whole, parts] = [createHash("sha256"), createHash("sha256")];
  await fetchFile(place, (chunk) => whole.update(chunk));
  for (const part of partsOf(place, content.size)) await fetchFile(part, (chunk) => parts.update(chunk));
  if (whole.digest("hex") !== content.sha256) throw new Error("the file came back other than it was sent");
  if (parts.digest("hex") !== content.sha256) throw new Error("the file came back in other parts than it was sent");
  return { server, place, content };
}

const works = { upload: measureUploads, download: measureDownloads, range: measureParts };

// Only the sending is timed: room for the files is made before, and they are kept and removed afterwards.
async function measureUploads({ server, content }: Kept, atOnce: number): Promise<Pace> {
  const turns = Math.max(uploadTurns, atOnce);
  const files = await Promise.all(Array.from({ length: turns }, () => server.open(content)));
  const pace = await measure(server.pid, { turns, atOnce }, async (turn) => {
    const file = files[turn];
    if (!file) throw new RangeError(`there is no file ${turn}`);
    await sendFile(file.place, content);
    return content.size;
  });
  for (const file of files) await (await file.keep()).remove();
  return pace;
}

function measureDownloads({ server, place }: Kept, atOnce: number): Promise<Pace> {
  return measure(server.pid, { turns: downloadTurns, atOnce }, async () => (await fetchFile(place)).bytes);
}

function measureParts({ server, place, content }: Kept, atOnce: number): Promise<Pace> {
  const parts = Array.from({ length: downloadTurns / 2 }, () => partsOf(place, content.size)).flat();
  return measure(server.pid, { turns: parts.length, atOnce }, async (turn) => {
    return (await fetchFile(parts[turn] ?? place)).bytes;
  });
}

function partsOf(place: Place, size: number): Place[] {
  return Array.from({ length: Math.ceil(size / partBytes) }, (_, index) => {
    return partOf(place, index * partBytes, Math.min((index + 1) * partBytes, size) - 1);
  });
}

function toMegabytes({ perSecond }: Pace): number {
  return round(perSecond / 1e6, 0);
}
