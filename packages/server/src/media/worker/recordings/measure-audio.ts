/** Measures audio: how long it is and what it looks like. */
import type { Refusal } from "../../media-processor.ts";
import type { Tools } from "../../worker-messages.ts";
import type { Measures, Subject } from "../inspect-file.ts";
import { drawWaveform } from "./draw-waveform.ts";
import { type Probe, probeFile, toDuration } from "./probe-file.ts";

/** These say nothing of their length, or nothing certain: what ffprobe gives is a guess from the first frames. */
const guessed: ReadonlySet<string> = new Set(["audio/aac", "audio/mpeg"]);

export async function measureAudio(subject: Subject, tools: Tools): Promise<Measures | Refusal> {
  const probe = tools.ffprobe === null ? undefined : await probeFile(tools.ffprobe, subject, tools);
  if (probe && "code" in probe) return probe;
  if (probe && !probe.hasAudio) return { code: "unsupported_type", message: "There is no sound in the file." };
  const waveform = tools.ffmpeg === null ? undefined : await drawWaveform(tools.ffmpeg, subject, tools);
  return {
    duration: chooseDuration(subject.mimeType, probe, waveform?.duration),
    waveform: waveform?.peaks ?? null,
  };
}

function chooseDuration(mimeType: string, probe: Probe | undefined, heard: number | undefined): number | null {
  const written = probe?.duration ?? null;
  return written === null || (guessed.has(mimeType) && heard !== undefined) ? toDuration(heard) : written;
}
