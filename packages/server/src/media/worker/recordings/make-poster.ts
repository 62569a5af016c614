/** Makes a picture of a video's beginning, by way of ffmpeg. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { posterName, type Tools } from "../../worker-messages.ts";
import type { Subject } from "../inspect-file.ts";
import { hashPicture } from "../pictures/hash-picture.ts";
import { allowLoaders, openPicture } from "../pictures/open-picture.ts";
import { listInputOptions } from "./input-options.ts";
import { gatherFromTool } from "./run-tool.ts";

const longSide = 1280;
// More than a picture of that size has without being packed at all.
const maxBytes = longSide * longSide * 4;

/**
 * Writes the poster into the subject's folder, from one second after the start where there is such a moment (the first
 * frames are often black).
 * @returns its ThumbHash, or undefined if no frame can be decoded in the time that is left
 */
export async function makePoster(
  ffmpeg: string,
  subject: Subject,
  tools: Tools,
  duration: number | null,
): Promise<string | undefined> {
  const later = duration !== null && duration > 1.5 ? await grabFrame(ffmpeg, subject, tools, 1) : undefined;
  // Some have one picture for all of their length, and nothing after it.
  const frame = later ?? (await grabFrame(ffmpeg, subject, tools, 0));
  if (frame === undefined) return undefined;
  allowLoaders(["image/png"]);
  const made = await Promise.all([
    openPicture(frame).jpeg({ quality: 80, mozjpeg: true }).toBuffer(),
    hashPicture(openPicture(frame)),
  ]).catch(() => undefined);
  // A video that has no beginning to show is a video nevertheless.
  if (made === undefined) return undefined;
  const [poster, thumbhash] = made;
  await writeFile(join(subject.folder, posterName), poster);
  return thumbhash;
}

async function grabFrame(ffmpeg: string, subject: Subject, tools: Tools, second: number): Promise<Buffer | undefined> {
  const scale = `scale=w='min(${longSide},iw)':h='min(${longSide},ih)':force_original_aspect_ratio=decrease`;
  const args = [
    ...["-nostdin", "-ss", String(second), ...listInputOptions(subject.path, subject.mimeType)],
    ...["-map", "0:V:0", "-frames:v", "1", "-vf", scale, "-threads", "1"],
    ...["-c:v", "png", "-pix_fmt", "rgb24", "-f", "image2pipe", "pipe:1"],
  ];
  const limits = { memoryBytes: tools.memoryBytes, isOver: subject.spending.isTimeUp, maxBytes };
  const { end, output } = await gatherFromTool(ffmpeg, args, limits);
  return end === "well" && output.length > 0 ? output : undefined;
}
