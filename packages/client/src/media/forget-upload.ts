/** Tells the server that an upload was given up. */
import type { PipitError } from "../errors.ts";
import { persist } from "./persist.ts";
import type { UploadRun } from "./run-upload.ts";
import type { UploadDisplay } from "./upload-display.ts";

const attempts = 5;

/** What could not be told stays in the snapshot: unless it was confirmed, the server forgets the upload within a day. */
export async function forgetUpload({ parts, upload }: UploadRun, display: UploadDisplay): Promise<void> {
  if (!upload) return;
  try {
    await persist(parts, attempts, () => parts.call("media.delete", { uploadId: upload.uploadId }));
  } catch (error) {
    const failure = error as PipitError;
    if (failure.code !== "not_found") display.show({ error: failure });
  }
}
