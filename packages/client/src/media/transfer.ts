/** What the ways of sending a file have in common. */
import type { Send } from "./send-bytes.ts";
import type { UploadParts } from "./upload-task.ts";

export type Transfer = {
  parts: UploadParts;
  blob: Blob;
  send: Send;
  /** Ends it, when the upload is paused or aborted. */
  signal: AbortSignal;
  /** So many bytes are there or on their way. */
  onSent(bytes: number): void;
  /** So many bytes are there to stay. */
  onKept(bytes: number): void;
};
