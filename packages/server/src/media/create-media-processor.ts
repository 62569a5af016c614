/** Inspects and transforms media in processes of their own, which may be lost without harm. */
import { rename, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { AppError } from "../app-error.ts";
import type { Log } from "../log.ts";
import { findProgram, isProgram } from "./find-program.ts";
import { defaultMediaLimits, type MediaLimits } from "./media-limits.ts";
import type { Inspection, MediaProcessor, Variant } from "./media-processor.ts";
import { isCpuTimeTold } from "./pool/cpu-time.ts";
import { requireFile } from "./pool/require-file.ts";
import { makeWorkerEnvironment, usualSearchPath } from "./pool/worker-environment.ts";
import { WorkerPool } from "./pool/worker-pool.ts";
import { type Answer, cleanedName, posterName, type Task } from "./worker-messages.ts";

const workerProgram = fileURLToPath(new URL("./worker/worker-main.ts", import.meta.url));

export type MediaProcessorOptions = {
  log: Log;
  /** How many files are worked on at the same time. */
  workers?: number;
  limits?: Partial<MediaLimits>;
  /** Directories with colons in between, as in PATH: where ffmpeg and ffprobe are looked for. */
  searchPath?: string | undefined;
  ffmpegPath?: string | undefined;
  ffprobePath?: string | undefined;
  /** Whether the system tells what time of the processor is used; found out unless given. */
  isCpuTold?: boolean;
};

/**
 * A processor whose workers are started with the first file and ended when there are none for a while. Each job may take
 * 10 seconds of the processor (more for files above 1 GB) and 512 MB unless `limits` says otherwise; a file that needs more
 * is refused. A job that takes long without that (`makeBudget` says how long) is not done, but may be asked for again.
 */
export function createMediaProcessor(options: MediaProcessorOptions): MediaProcessor {
  const limits = { ...defaultMediaLimits, ...options.limits };
  const searchPath = options.searchPath ?? usualSearchPath;
  const ffmpeg = findTool("ffmpeg", options.ffmpegPath, searchPath);
  const ffprobe = findTool("ffprobe", options.ffprobePath, searchPath);
  const pool = new WorkerPool({
    workers: options.workers ?? 2,
    limits,
    isCpuTold: options.isCpuTold ?? isCpuTimeTold(),
    log: options.log,
    prlimit: findProgram("prlimit", searchPath),
    settings: {
      program: workerProgram,
      environment: makeWorkerEnvironment(searchPath),
      // The worker itself needs some of what it may use together with such a program.
      tools: { ffmpeg: ffmpeg ?? null, ffprobe: ffprobe ?? null, memoryBytes: Math.floor(limits.memoryBytes * 0.7) },
    },
  });
  return {
    inspect: (path, mimeType, folder) => inspect(pool, { path, mimeType, folder }),
    transform: (path, target, variant) => transform(pool, { path, target, variant }),
    lacks: [
      ...(ffprobe ? [] : ["ffprobe is not there: the duration and size of videos and audio can't be measured."]),
      ...(ffmpeg ? [] : ["ffmpeg is not there: no posters of videos and no waveforms of audio can be made."]),
    ],
    close: () => pool.close(),
  };
}

function findTool(name: string, path: string | undefined, searchPath: string): string | undefined {
  if (path === undefined) return findProgram(name, searchPath);
  return isProgram(path) ? resolve(path) : undefined;
}

type InspectInput = { path: string; mimeType: string; folder: string };

async function inspect(pool: WorkerPool, input: InspectInput): Promise<Inspection> {
  const folder = resolve(input.folder);
  const answer = await run(pool, { task: "inspect", path: resolve(input.path), mimeType: input.mimeType, folder });
  if (answer.answer !== "inspected") throw refuseAnswer(answer);
  const { cleaned, poster, ...measures } = answer.inspected;
  return {
    ...measures,
    cleanedPath: cleaned ? await requireFile(join(folder, cleanedName)) : null,
    posterPath: poster ? await requireFile(join(folder, posterName)) : null,
  };
}

type TransformInput = { path: string; target: string; variant: Variant };

async function transform(pool: WorkerPool, { path, target, variant }: TransformInput): Promise<void> {
  // Renamed by us: a worker that is killed leaves nothing at the target.
  const unfinished = `${resolve(target)}.${crypto.randomUUID()}.unfinished`;
  try {
    const answer = await run(pool, { task: "transform", path: resolve(path), target: unfinished, variant });
    if (answer.answer !== "transformed") throw refuseAnswer(answer);
    await rename(await requireFile(unfinished), target);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

async function run(pool: WorkerPool, task: Task): Promise<Answer> {
  const answer = await pool.run(task);
  if (answer.answer === "refused") throw new AppError(answer.code, { message: answer.message });
  if (answer.answer !== "failed") return answer;
  const fault = new Error(`a media worker failed: ${answer.reason}`);
  if (answer.errno === "ENOSPC" || answer.errno === "EDQUOT") {
    throw new AppError("storage_full", { message: "There is no room to process the file.", cause: fault });
  }
  throw fault;
}

/** The answer is a worker's, but not to what it was asked. */
function refuseAnswer({ answer }: Answer): AppError {
  const cause = new Error(`a media worker answered ${answer} to something else`);
  return new AppError("unsupported_type", { message: "The file could not be read.", cause });
}
