/** Finds how long a video is whose file doesn't say, by passing through all of it without decoding. */
import type { Tools } from "../../worker-messages.ts";
import type { Subject } from "../inspect-file.ts";
import { listInputOptions } from "./input-options.ts";
import { toDuration } from "./probe-file.ts";
import { gatherFromTool } from "./run-tool.ts";

const maxBytes = 1_048_576;

/** Seconds; null if it can't be found in the time that is left. */
export async function findLength(ffmpeg: string, subject: Subject, tools: Tools): Promise<number | null> {
  const args = [
    ...["-nostdin", ...listInputOptions(subject.path, subject.mimeType)],
    ...["-map", "0:V:0", "-c", "copy", "-progress", "pipe:1", "-f", "null", "-"],
  ];
  const limits = { memoryBytes: tools.memoryBytes, isOver: subject.spending.isTimeUp, maxBytes };
  const { end, output } = await gatherFromTool(ffmpeg, args, limits);
  return end === "well" ? toDuration(parseProgress(output.toString("latin1"))) : null;
}

/** The last time that was reported, in seconds. */
function parseProgress(text: string): number | undefined {
  const [, hours, minutes, seconds] = [...text.matchAll(/^out_time=(\d+):(\d\d):(\d\d\.\d+)$/gm)].at(-1) ?? [];
  return hours === undefined ? undefined : Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}
