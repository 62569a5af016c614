/** Pictures that only the signed-in person may see. */
import { findMediaId } from "@pipit/client/media-files";
import { type PictureSize, toVariant } from "./picture-size.ts";
import { useMediaFile } from "./use-media-file.ts";

export type { PictureSize } from "./picture-size.ts";

const original = {};

/**
 * An address for `<img>`; undefined until it is there, or if it can't be had.
 * @param url as users, rooms and messages give it. A host product's own picture is shown from where it is.
 * @param size pixels of the page; without it, the original
 */
export function usePicture(url: string | undefined, size?: PictureSize): string | undefined {
  const isMedium = url !== undefined && findMediaId(url) !== undefined;
  const { url: address } = useMediaFile(isMedium ? url : undefined, size ? toVariant(size) : original);
  return isMedium || !url || !isShowable(url) ? address : url;
}

/** What the page's policy lets pictures come from. */
function isShowable(url: string): boolean {
  return /^(https:|blob:|data:image\/|\/(?!\/))/.test(url);
}
