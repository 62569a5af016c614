/** What the `media` scenario found, in the names of its JSON output. */
import type { Machine, Versions } from "../machine.ts";
import type { PeakMemory } from "../processes/watch-memory.ts";
import { percentile, round } from "../statistics.ts";
import type { Pace } from "./measure.ts";
import { judge, type TargetResult } from "./targets.ts";
import type { Thumbnails } from "./thumbnails.ts";
import { type CourseName, courses, type Rounds } from "./transfer-rounds.ts";

/** Everything measured, as it was measured. */
export type Findings = {
  seed: number;
  fileBytes: number;
  pictureBytes: number;
  pixels: number;
  rounds: Rounds;
  /** How long each file took to be checked and kept, in milliseconds. */
  confirmMs: number[];
  thumbnails: Thumbnails;
  /** Bytes: of the server at rest, after the rounds and in the end, and of the plain server in the end. */
  memory: { rest: number; afterRounds: PeakMemory; peak: PeakMemory; plain: number };
  machine: Machine;
  versions: Versions;
};

/** Medians over the rounds. */
export type CourseResult = {
  at_once: number;
  mb_per_s: number;
  plain_mb_per_s: number;
  /** The median of the rounds' own ratios, which what else the machine does hits least. */
  ratio: number;
  /** What stopped it: processors that the server used, and how busy the client was, 0 to 1. */
  server_cores: number | null;
  plain_server_cores: number | null;
  client_load: number;
  plain_client_load: number;
  rounds: { mb_per_s: number; plain_mb_per_s: number }[];
};

export type MediaResult = {
  scenario: "media";
  courses: Record<CourseName, CourseResult>;
  file_mb: number;
  /** From asking for a file to be checked to the answer. */
  confirm_file_ms: number;
  confirm_picture_ms: number;
  picture_mb: number;
  picture_megapixels: number;
  thumbnails: number;
  thumbnails_made_per_s: number;
  thumbnails_fetched_per_s: number;
  /** Of the server's own process; what its workers hold is apart. */
  server_rest_mb: number;
  server_transfer_peak_mb: number;
  server_peak_mb: number;
  /** All workers together. */
  workers_peak_mb: number;
  plain_peak_mb: number;
  targets: TargetResult[];
  machine: Machine;
  versions: Versions;
  seed: number;
};

/** Sums the findings up and holds them against the targets. */
export function toMediaResult(findings: Findings): MediaResult {
  const { memory, thumbnails } = findings;
  const results = mapCourses((name) => toCourse(name, findings.rounds[name]));
  return {
    scenario: "media",
    courses: results,
    file_mb: megabytes(findings.fileBytes),
    confirm_file_ms: round(median(findings.confirmMs), 0),
    confirm_picture_ms: round(median(thumbnails.confirmMs), 0),
    picture_mb: megabytes(findings.pictureBytes),
    picture_megapixels: round(findings.pixels / 1e6, 2),
    thumbnails: thumbnails.variants,
    thumbnails_made_per_s: round(thumbnails.made.perSecond, 1),
    thumbnails_fetched_per_s: round(thumbnails.again.perSecond, 0),
    server_rest_mb: megabytes(memory.rest),
    server_transfer_peak_mb: megabytes(memory.afterRounds.server),
    server_peak_mb: megabytes(memory.peak.server),
    workers_peak_mb: megabytes(memory.peak.workers),
    plain_peak_mb: megabytes(memory.plain),
    targets: judge(mapCourses((name) => results[name].ratio)),
    machine: findings.machine,
    versions: findings.versions,
    seed: findings.seed,
  };
}

function mapCourses<Value>(of: (name: CourseName) => Value): Record<CourseName, Value> {
  const names = Object.keys(courses) as CourseName[];
  return Object.fromEntries(names.map((name) => [name, of(name)])) as Record<CourseName, Value>;
}

function toCourse(name: CourseName, rounds: Rounds[CourseName]): CourseResult {
  const pipit = rounds.map((one) => one.pipit);
  const plain = rounds.map((one) => one.plain);
  return {
    at_once: courses[name].atOnce,
    mb_per_s: megabytes(median(pipit.map((one) => one.perSecond))),
    plain_mb_per_s: megabytes(median(plain.map((one) => one.perSecond))),
    ratio: round(median(rounds.map((one) => one.pipit.perSecond / one.plain.perSecond)), 3),
    server_cores: medianCores(pipit),
    plain_server_cores: medianCores(plain),
    client_load: round(median(pipit.map((one) => one.clientLoad)), 2),
    plain_client_load: round(median(plain.map((one) => one.clientLoad)), 2),
    rounds: rounds.map((one) => ({
      mb_per_s: megabytes(one.pipit.perSecond),
      plain_mb_per_s: megabytes(one.plain.perSecond),
    })),
  };
}

function medianCores(paces: Pace[]): number | null {
  const cores = paces.map((one) => one.serverCores).filter((value) => value !== null);
  return cores.length === 0 ? null : round(median(cores), 2);
}

function median(values: number[]): number {
  return percentile(
    [...values].sort((a, b) => a - b),
    50,
  );
}

function megabytes(bytes: number): number {
  return round(bytes / 1e6, 1);
}
