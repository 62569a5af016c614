/** What is done with the bytes of media, in processes of their own: strangers made these files. */
import type { MediaKind } from "@pipit/protocol/media-types";

/** What a file turned out to be, measured from its bytes. What could not be measured is null. */
export type Inspection = {
  /** One of `mediaTypes`. */
  mimeType: string;
  kind: MediaKind;
  /** Pixels, as one sees the picture: turned by its orientation. */
  width: number | null;
  height: number | null;
  /** The EXIF orientation that the bytes have, 1 to 8; null where there is none. */
  orientation: number | null;
  /** Seconds. */
  duration: number | null;
  /** 64 peaks from 0 to 100, of audio. */
  waveform: number[] | null;
  /** A ThumbHash in base64, of images and videos. */
  thumbhash: string | null;
  /** A copy without places, owners and trailing bytes, where the original had such; in the folder that was given. */
  cleanedPath: string | null;
  /** A picture of a video's beginning, in the folder that was given. */
  posterPath: string | null;
};

export type Refusal = { code: "unsupported_type" | "too_large"; message: string };

/** A size and form of a picture, of a closed set. */
export type Variant = { width: number; height: number; fit: "cover" | "contain"; format: "webp" | "jpeg" };

export type MediaProcessor = {
  /**
   * Looks whether a file is what it is said to be, measures it, and makes what is derived from it in `folder`, which is
   * the caller's to remove.
   * @param mimeType one of `mediaTypes`
   * @throws {AppError} `unsupported_type` or `too_large` for a file that is refused, also for what it costs; `unavailable`
   *   when too many wait, or the machine is too busy to say anything of the file; `storage_full` when the folder's disk is
   */
  inspect(path: string, mimeType: string, folder: string): Promise<Inspection>;
  /**
   * Makes a variant of a picture, never larger than the picture.
   * @throws {AppError} `unsupported_type` when no picture can be made of it; `unavailable` and `storage_full` as above
   */
  transform(path: string, target: string, variant: Variant): Promise<void>;
  /** What this machine lacks, in words for people; empty when everything can be measured. */
  lacks: readonly string[];
  close(): Promise<void>;
};
