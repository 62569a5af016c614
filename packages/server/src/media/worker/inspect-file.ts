/** Looks whether a file is what it is said to be, cleans it, and measures what others will get. */
import { join } from "node:path";
import type { MediaKind } from "@pipit/protocol/media-types";
import { cleanFile } from "../clean/clean-file.ts";
import { identifyFile } from "../identify/identify-file.ts";
import type { Inspection, Refusal } from "../media-processor.ts";
import { cleanedName, type Inspected, type Job, type Tools } from "../worker-messages.ts";
import { beginSpending, type Spending } from "./job-spending.ts";
import { measurePicture } from "./pictures/measure-picture.ts";
import { measureAudio } from "./recordings/measure-audio.ts";
import { measureVideo } from "./recordings/measure-video.ts";

/** A file that is to be measured. */
export type Subject = { path: string; mimeType: string; folder: string; spending: Spending };

/** What is found out; what is left out is null. */
export type Measures = Partial<Omit<Inspection, "mimeType" | "kind" | "cleanedPath" | "posterPath">> & {
  poster?: boolean;
};

type Measurer = (subject: Subject, tools: Tools) => Promise<Measures | Refusal>;

const measurers: Record<MediaKind, Measurer> = {
  image: measurePicture,
  video: measureVideo,
  audio: measureAudio,
  file: async () => ({}),
};

const nothing = { width: null, height: null, orientation: null, duration: null, waveform: null, thumbhash: null };

export async function inspectFile(job: Job & { task: "inspect" }, tools: Tools): Promise<Inspected | Refusal> {
  const spending = await beginSpending(job.budget);
  const file = await identifyFile(job.path, job.mimeType);
  if ("code" in file) return file;
  const target = join(job.folder, cleanedName);
  const cleaned = await cleanFile(job.path, file.mimeType, target);
  if (typeof cleaned !== "boolean") return cleaned;
  const path = cleaned ? target : job.path;
  const measures = await measurers[file.kind]({ path, mimeType: file.mimeType, folder: job.folder, spending }, tools);
  if ("code" in measures) return measures;
  return { ...nothing, poster: false, ...measures, mimeType: file.mimeType, kind: file.kind, cleaned };
}
