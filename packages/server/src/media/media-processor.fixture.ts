/** Media processors for tests, and the files that they are given; all gone when the test ends. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, onTestFinished } from "vitest";
import { AppError } from "../app-error.ts";
import { createMediaProcessor, type MediaProcessorOptions } from "./create-media-processor.ts";
import { findProgram } from "./find-program.ts";
import type { MediaProcessor } from "./media-processor.ts";
import { usualSearchPath } from "./pool/worker-environment.ts";

/** The programs of this machine, or else those of the packages that are installed for the tests. */
export const ffmpeg = findTool("ffmpeg");
export const ffprobe = findTool("ffprobe");

type Entry = { level: string; message: string; fields: Record<string, unknown> };

/** A log that keeps what it is told. */
export function makeLog() {
  const entries: Entry[] = [];
  const at = (level: string) => (fields: object, message: string) => {
    entries.push({ level, message, fields: { ...fields } });
  };
  return { entries, debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

/** One for all tests of a file. */
export function shareProcessor(): MediaProcessor {
  const processor = createMediaProcessor({ log: makeLog(), ffmpegPath: ffmpeg, ffprobePath: ffprobe });
  afterAll(() => processor.close());
  return processor;
}

export function makeProcessor(options: Partial<MediaProcessorOptions> = {}): MediaProcessor {
  const processor = createMediaProcessor({ log: makeLog(), ffmpegPath: ffmpeg, ffprobePath: ffprobe, ...options });
  onTestFinished(() => processor.close());
  return processor;
}

export async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "pipit-media-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A file in a folder of its own. */
export async function makeFile(name: string, bytes: string | Uint8Array): Promise<string> {
  const path = join(await makeFolder(), name);
  await writeFile(path, bytes);
  return path;
}

/** A program that does what a shell script says. */
export async function makeProgram(script: string): Promise<string> {
  const path = await makeFile("program", `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return path;
}

/** Has ffmpeg make a file. */
export async function makeRecording(name: string, ...args: string[]): Promise<string> {
  const path = join(await makeFolder(), name);
  await promisify(execFile)(ffmpeg, ["-nostdin", "-v", "error", ...args, path]);
  return path;
}

/** What a call is refused with. */
export async function catchError(call: Promise<unknown>): Promise<AppError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof AppError) return error;
  throw error ?? new Error("the call succeeded");
}

function findTool(name: string): string {
  const packaged = fileURLToPath(
    new URL(`../../../../node_modules/@${name}-installer/linux-x64/${name}`, import.meta.url),
  );
  const found = findProgram(name, usualSearchPath) ?? (existsSync(packaged) ? packaged : undefined);
  if (found === undefined) throw new Error(`the tests of media need ${name}: install it, or the optional packages`);
  return found;
}
