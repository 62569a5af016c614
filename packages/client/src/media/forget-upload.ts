/** Tells the server that an upload was given up. */
import { toFailure, type UploadRun } from "./run-upload.ts";
import { sleep, toDelay } from "./sleep.ts";
import type { UploadDisplay } from "./upload-display.ts";

const attempts = 5;

/** What could not be told stays in the snapshot: unless it was confirmed, the server forgets the upload within a day. */
export async function forgetUpload({ parts, upload }: UploadRun, display: UploadDisplay): Promise<void> {
  if (!upload) return;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await parts.call("media.delete", { uploadId: upload.uploadId });
      return;
    } catch (error) {
      const failure = toFailure(error);
      if (failure.code === "not_found") return;
      if (!failure.retryable || attempt === attempts) return display.show({ error: failure });
      await sleep(parts, toDelay(parts, attempt, failure), new AbortController().signal);
    }
  }
}
