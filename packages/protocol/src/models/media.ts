/** A medium as clients see it: by itself, and on a message. */
import { z } from "zod";
import { counter, timestamp } from "../scalars.ts";

const size = counter.describe("Bytes, of what is downloaded.");
const pixels = z.int().min(1);
const seconds = z.number().min(0).describe("Seconds.");
const thumbhash = z.string().describe("A ThumbHash in base64, to show while the picture loads.");
const waveform = z.array(z.int().min(0).max(100)).describe("64 peaks of the sound, from 0 to 100.");

const mediaStatus = z
  .enum(["ready", "pending"])
  .describe("Pending until the virus scanner has found it clean; until then it can't be downloaded.");

const mediaKind = z.enum(["image", "video", "audio", "file"]);

/** What the uploader and the members who were sent it know of a medium; what could not be measured is left out. */
export const media = z
  .object({
    id: z.string(),
    url: z.string().describe("Where it is downloaded, with the caller's token. The same for everyone."),
    thumbnailUrl: z
      .string()
      .optional()
      .describe("A smaller picture of it, likewise; width, height, fit and format may be changed."),
    kind: mediaKind,
    type: z.string().describe("Its media type."),
    size,
    fileName: z.string(),
    width: pixels.optional(),
    height: pixels.optional(),
    duration: seconds.optional(),
    orientation: z.int().min(1).max(8).optional().describe("EXIF; width and height are as one sees it, turned."),
    thumbhash: thumbhash.optional(),
    waveform: waveform.optional(),
    status: mediaStatus,
    createdAt: timestamp,
    signedUrl: z.string().describe("Works without a token, for the caller alone to use, until signedUntil."),
    signedThumbnailUrl: z.string().optional(),
    signedUntil: timestamp,
  })
  .meta({ id: "Media" });

/** The same on a message. */
export const messageMedia = z
  .object({
    upload_id: z.string(),
    url: z.string(),
    thumbnail_url: z.string().nullable(),
    mime_type: z.string(),
    size,
    file_name: z.string(),
    width: pixels.nullable(),
    height: pixels.nullable(),
    duration: seconds.nullable(),
    thumbhash: thumbhash.nullable(),
    waveform: waveform.nullable(),
    status: mediaStatus,
  })
  .meta({ id: "MessageMedia" });

export type Media = z.infer<typeof media>;
export type MessageMedia = z.infer<typeof messageMedia>;
