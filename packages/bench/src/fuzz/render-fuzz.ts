/** A fuzz run's result for people. */
import { countHandles } from "./find-growth.ts";
import type { FuzzResult } from "./run-fuzz.ts";
import type { Level } from "./watched-server.ts";

const shownProblems = 10;
const shownCharacters = 600;
const megabyte = 2 ** 20;

export function renderFuzz(result: FuzzResult): string {
  const { problems, complaints } = result;
  return [
    `seed ${result.seed}: ${result.requests} requests, ${result.frames} frames, ${result.polling} polling requests`,
    "",
    ...result.phases.flatMap(({ phase, sent, seconds, by_answer: answers, problem_count: count }) => [
      `${phase}: ${sent} in ${seconds} s, ${count} bad answers`,
      ...Object.entries(answers).map(([code, times]) => `  ${code.padEnd(36)}${String(times).padStart(9)}`),
    ]),
    "",
    `${result.operations_done} operations were done; never: ${result.never_done.join(", ") || "none"}`,
    `at rest after the warm-up: ${renderLevel(result.after_warmup)}`,
    `at rest at the end:        ${renderLevel(result.at_the_end)}`,
    ...Object.entries(result.warnings).map(([text, { times }]) => `warned ${times} times: ${text}`),
    "",
    ...problems
      .slice(0, shownProblems)
      .flatMap(({ complaint, kind, sent, again }) => [
        `PROBLEM (${kind}): ${complaint}`,
        `  again: ${(again ?? `frames, base64: ${sent.join(" ")}`).slice(0, shownCharacters)}`,
      ]),
    ...complaints.map((complaint) => `PROBLEM: ${complaint}`),
    complaints.length === 0
      ? "no problem was found"
      : `seed ${result.seed} found problems; --json has all that was sent`,
  ].join("\n");
}

function renderLevel(level: Level): string {
  const toMegabytes = (bytes: number): string => `${(bytes / megabyte).toFixed(1)} MB`;
  return [
    `${level.sockets} sockets`,
    `heap ${toMegabytes(level.heapBytes)}`,
    `buffers ${toMegabytes(level.externalBytes)}`,
    `resident ${toMegabytes(level.residentBytes)}`,
    `${countHandles(level)} handles`,
  ].join(", ");
}
