/** How large a picture is asked for. */
import type { MediaVariant } from "@pipit/client/media-files";

/** The edges that the server makes pictures in: others would only be rounded to these, and be fetched twice. */
const steps = [96, 160, 320, 640, 1280];
/** More than two pixels of the screen for one of the page make no difference that one sees. */
const sharpest = 2;

/** Pixels of the page, as it will be shown. */
export type PictureSize = { width: number; height?: number | undefined; fit?: "cover" | "contain" | undefined };

/** The smallest picture that is sharp on this screen. */
export function toVariant({ width, height = width, fit = "contain" }: PictureSize): MediaVariant {
  const density = Math.min(globalThis.devicePixelRatio || 1, sharpest);
  const edge = toStep(Math.max(width, height) * density);
  return { width: edge, height: edge, fit, format: "webp" };
}

function toStep(pixels: number): number {
  return steps.find((step) => step >= pixels) ?? 1280;
}
