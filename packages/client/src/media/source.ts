/** A file that somebody wants to send. */
import type { MediaKind } from "@pipit/protocol/media-types";

/** The `message_type` of a message that carries a medium. */
export type MessageMediaType = MediaKind;

export type UploadSource = {
  blob: Blob;
  fileName: string;
  /** Without it the blob's own. */
  mimeType?: string | undefined;
  /** What it is meant for: the server refuses what would not fit. */
  messageType?: MessageMediaType | undefined;
};
