/** What media takes on this device, and how it is freed: for the settings. */

import type { PipitClient } from "@pipit/client";
import { findMediaFiles } from "@pipit/client/media-files";

export type MediaEstimate = { bytes: number; count: number };

/** What is kept of pictures and recordings that were looked at. */
export function estimateMedia(client: PipitClient): Promise<MediaEstimate> {
  return findMediaFiles(client).measure();
}

/** Deletes it; it is fetched again when it is looked at again. */
export function clearMedia(client: PipitClient): Promise<void> {
  return findMediaFiles(client).clear();
}
