/** Draws the waveform of a recording's sound, by way of ffmpeg. */
import type { Tools } from "../../worker-messages.ts";
import type { Subject } from "../inspect-file.ts";
import { PeakFolder } from "./fold-peaks.ts";
import { listInputOptions } from "./input-options.ts";
import { runTool } from "./run-tool.ts";

/** `duration` in seconds, as many as could be heard. */
export type Waveform = { peaks: number[]; duration: number };

const samplesPerSecond = 8000;

/** The peaks of the whole; undefined if it can't be decoded to its end in the time that is left. */
export async function drawWaveform(ffmpeg: string, subject: Subject, tools: Tools): Promise<Waveform | undefined> {
  const args = [
    ...["-nostdin", ...listInputOptions(subject.path, subject.mimeType)],
    ...["-map", "0:a:0", "-ac", "1", "-ar", String(samplesPerSecond), "-c:a", "pcm_s16le", "-f", "s16le", "pipe:1"],
  ];
  const folder = new PeakFolder();
  const limits = { memoryBytes: tools.memoryBytes, isOver: subject.spending.isTimeUp };
  const end = await runTool(ffmpeg, args, limits, (chunk) => {
    folder.add(chunk);
    return true;
  });
  const peaks = end === "well" ? folder.toWaveform() : null;
  return peaks ? { peaks, duration: folder.samples / samplesPerSecond } : undefined;
}
