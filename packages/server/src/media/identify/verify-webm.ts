/** Tells WebM with video from WebM with sound alone. */
import { BadFileError } from "./bad-file.ts";
import type { ByteFile } from "./byte-file.ts";
import { readWebm } from "./webm-file.ts";

const video = 1;
const audio = 2;

export async function verifyWebmVideo(file: ByteFile): Promise<void> {
  const { trackTypes } = await readWebm(file);
  if (!trackTypes.includes(video)) throw new BadFileError("This WebM file has no video in it.");
}

export async function verifyWebmAudio(file: ByteFile): Promise<void> {
  const { trackTypes } = await readWebm(file);
  if (!trackTypes.includes(audio)) throw new BadFileError("This WebM file has no sound in it.");
  if (trackTypes.includes(video)) throw new BadFileError("This is video, not audio.");
}
