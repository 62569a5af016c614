/** What the server and its media workers tell each other, one JSON text a line. */
import { findMediaType, mediaTypes } from "@pipit/protocol/media-types";
import { z } from "zod";
import type { Budget } from "./job-budget.ts";
import type { Variant } from "./media-processor.ts";

/** The programs that a worker may run, and what each of them may use. */
export const toolsSchema = z.object({
  ffmpeg: z.string().nullable(),
  ffprobe: z.string().nullable(),
  memoryBytes: z.number(),
});
export type Tools = z.infer<typeof toolsSchema>;

/** What a worker is to do. */
export type Task =
  | { task: "inspect"; path: string; mimeType: string; folder: string }
  | { task: "transform"; path: string; target: string; variant: Variant };

/** A worker that exceeds the budget is killed. */
export type Job = Task & { budget: Budget };

/** The names, in the folder of an inspection, of what is made there. */
export const cleanedName = "cleaned";
export const posterName = "poster.jpg";

const pixels = z.int().min(1).max(10_000_000).nullable();

const inspectedSchema = z.object({
  mimeType: z.enum(Object.keys(mediaTypes)),
  kind: z.enum(["image", "video", "audio", "file"]),
  width: pixels,
  height: pixels,
  orientation: z.int().min(1).max(8).nullable(),
  duration: z.number().min(0).max(86_400).nullable(),
  waveform: z.array(z.int().min(0).max(100)).length(64).nullable(),
  thumbhash: z
    .string()
    .regex(/^[A-Za-z0-9+/]{1,48}={0,2}$/)
    .nullable(),
  cleaned: z.boolean(),
  poster: z.boolean(),
});
export type Inspected = z.infer<typeof inspectedSchema>;

/**
 * What a worker may say. It is checked to the last field, and paths are not among the fields: a worker whose decoder was
 * taken over can lie about a file, but it can't make the server do anything.
 */
export const answerSchema = z.discriminatedUnion("answer", [
  z.object({ answer: z.literal("ready") }),
  z.object({
    answer: z.literal("inspected"),
    inspected: inspectedSchema.refine((one) => findMediaType(one.mimeType)?.kind === one.kind),
  }),
  z.object({ answer: z.literal("transformed") }),
  z.object({
    answer: z.literal("refused"),
    code: z.enum(["unsupported_type", "too_large"]),
    message: z.string().min(1).max(300),
  }),
  // A program that it ran was ended by somebody else.
  z.object({ answer: z.literal("killed"), how: z.string().max(2000) }),
  // Not the file's fault: a full disk, a bug.
  z.object({ answer: z.literal("failed"), reason: z.string().max(2000), errno: z.string().max(20).optional() }),
]);
export type Answer = z.infer<typeof answerSchema>;

/** No line of either side is longer. */
export const maxLineBytes = 65_536;
