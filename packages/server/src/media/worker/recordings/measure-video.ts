/** Measures a video: its size and length, and a picture of its beginning. */
import type { Refusal } from "../../media-processor.ts";
import type { Tools } from "../../worker-messages.ts";
import type { Measures, Subject } from "../inspect-file.ts";
import { findLength } from "./find-length.ts";
import { makePoster } from "./make-poster.ts";
import { type Probe, probeFile } from "./probe-file.ts";

export async function measureVideo(subject: Subject, tools: Tools): Promise<Measures | Refusal> {
  const probe = tools.ffprobe === null ? undefined : await probeFile(tools.ffprobe, subject, tools);
  if (probe && "code" in probe) return probe;
  if (probe && !probe.picture) return { code: "unsupported_type", message: "There is no moving picture in the file." };
  const duration = await chooseDuration(subject, tools, probe);
  const size = probe?.picture ?? { width: null, height: null };
  return { ...size, duration, ...(await describeBeginning(subject, tools, duration, probe)) };
}

/** What browsers record often says nothing of its length. */
async function chooseDuration(subject: Subject, tools: Tools, probe: Probe | undefined): Promise<number | null> {
  if (typeof probe?.duration === "number" || tools.ffmpeg === null) return probe?.duration ?? null;
  return await findLength(tools.ffmpeg, subject, tools);
}

async function describeBeginning(
  subject: Subject,
  tools: Tools,
  duration: number | null,
  probe: Probe | undefined,
): Promise<Measures> {
  // A size that nothing has is not worth the attempt.
  if (tools.ffmpeg === null || probe?.picture?.width === null) return {};
  const thumbhash = await makePoster(tools.ffmpeg, subject, tools, duration);
  return thumbhash === undefined ? {} : { thumbhash, poster: true };
}
