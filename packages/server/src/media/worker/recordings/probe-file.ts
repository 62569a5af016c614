/** Asks ffprobe what a recording holds. */
import { z } from "zod";
import type { Refusal } from "../../media-processor.ts";
import type { Tools } from "../../worker-messages.ts";
import type { Subject } from "../inspect-file.ts";
import { listInputOptions } from "./input-options.ts";
import { gatherFromTool } from "./run-tool.ts";

/** `duration` in seconds, null if the file doesn't say. The picture is the first moving one, as one sees it. */
export type Probe = {
  duration: number | null;
  hasAudio: boolean;
  picture: { width: number | null; height: number | null } | undefined;
};

const entries = [
  "format=duration",
  "stream=codec_type,width,height",
  "stream_disposition=attached_pic",
  "stream_tags=rotate",
  "stream_side_data=rotation",
].join(":");

const maxBytes = 262_144;
const longestSeconds = 86_400;
const longestSide = 16_384;

const streamSchema = z.object({
  codec_type: z.string().optional(),
  width: z.number().optional(),
  height: z.number().optional(),
  disposition: z.object({ attached_pic: z.number().optional() }).optional(),
  tags: z.object({ rotate: z.coerce.number().optional().catch(undefined) }).optional(),
  side_data_list: z.array(z.object({ rotation: z.number().optional() })).optional(),
});
type Stream = z.infer<typeof streamSchema>;

const probeSchema = z.object({
  streams: z.array(streamSchema).default([]),
  format: z.object({ duration: z.coerce.number().optional() }).default({}),
});

export async function probeFile(ffprobe: string, subject: Subject, tools: Tools): Promise<Probe | Refusal> {
  const args = ["-show_entries", entries, "-of", "json=c=1", ...listInputOptions(subject.path, subject.mimeType)];
  // By its cost alone: when only the machine is slow, it is the server that loses its patience, and the file is kept.
  const limits = { memoryBytes: tools.memoryBytes, isOver: subject.spending.isSpent, maxBytes };
  const { end, output } = await gatherFromTool(ffprobe, args, limits);
  if (end === "unable") throw new Error("ffprobe is there, and can't be started");
  if (end === "late") return { code: "unsupported_type", message: "The file could not be read within the time limit." };
  const probe = end === "well" ? parse(output.toString("utf8")) : undefined;
  return probe ?? { code: "unsupported_type", message: "The file is damaged or incomplete." };
}

function parse(json: string): Probe | undefined {
  const { streams, format } = probeSchema.parse(JSON.parse(json));
  if (streams.length === 0) return undefined;
  const moving = streams.find((one) => one.codec_type === "video" && one.disposition?.attached_pic !== 1);
  return {
    duration: toDuration(format.duration),
    hasAudio: streams.some((one) => one.codec_type === "audio"),
    picture: moving && toPicture(moving),
  };
}

/** To thousandths; what no recording lasts is as good as unknown. */
export function toDuration(seconds: number | undefined): number | null {
  if (seconds === undefined || !(seconds > 0) || seconds > longestSeconds) return null;
  return Math.round(seconds * 1000) / 1000;
}

function toPicture(stream: Stream): { width: number | null; height: number | null } {
  const { width = 0, height = 0 } = stream;
  if (!isSide(width) || !isSide(height)) return { width: null, height: null };
  const turned = Math.abs(findRotation(stream)) % 180 === 90;
  return turned ? { width: height, height: width } : { width, height };
}

/** Degrees. Old versions of ffprobe tell it by a tag, new ones by side data, some by both. */
function findRotation({ side_data_list: sideData = [], tags }: Stream): number {
  return sideData.find(({ rotation }) => rotation !== undefined)?.rotation ?? tags?.rotate ?? 0;
}

function isSide(pixels: number): boolean {
  return Number.isInteger(pixels) && pixels >= 1 && pixels <= longestSide;
}
