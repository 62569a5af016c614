/** The blurred picture that stands where one is still loading. */
import { thumbHashToDataURL } from "thumbhash";

const decoded = new Map<string, string | undefined>();

/** An address for `<img>`, made once for each; undefined for what is no ThumbHash. */
export function toPlaceholder(hash: string | null | undefined): string | undefined {
  if (!hash) return undefined;
  if (!decoded.has(hash)) decoded.set(hash, decode(hash));
  return decoded.get(hash);
}

function decode(hash: string): string | undefined {
  try {
    return thumbHashToDataURL(Uint8Array.from(atob(hash), (character) => character.charCodeAt(0)));
  } catch {
    // Whoever sends something else sees no blur: nothing depends on it.
    return undefined;
  }
}
