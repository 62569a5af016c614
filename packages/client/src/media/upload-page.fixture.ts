/** What upload.chromium.test.ts loads into a page: uploads with all that the browser has. */
import { findEnvironment } from "../environment.ts";
import { fromFailure, networkError, type WireFailure } from "../errors.ts";
import { startUpload } from "./start-upload.ts";
import type { MediaCalls, UploadOperation, UploadOptions, UploadSnapshot, UploadTask } from "./upload-task.ts";

const doors: Record<UploadOperation, [method: string, path: string]> = {
  "media.requestUpload": ["POST", "/media/upload-url"],
  "media.resumeUpload": ["POST", "/media/resume"],
  "media.confirmUpload": ["POST", "/media/confirm"],
  "media.delete": ["DELETE", "/media/:uploadId"],
};

function createCalls(url: string, token: string): MediaCalls {
  return async (name, input) => {
    const [method, path] = doors[name];
    const uploadId = "uploadId" in input ? input.uploadId : "";
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const body = method === "DELETE" ? {} : { body: JSON.stringify(input) };
    const target = `${url}/api/v1/chat${path.replace(":uploadId", uploadId)}`;
    const answer = await fetch(target, { method, headers, ...body }).catch((error: unknown) => {
      throw networkError(error);
    });
    const reply = (await answer.json()) as WireFailure & { success: boolean; data: never };
    if (!reply.success) throw fromFailure(reply);
    return reply.data;
  };
}

let task: UploadTask | undefined;
let snapshots: UploadSnapshot[] = [];

const page = {
  start(url: string, token: string, size: number, options: UploadOptions): void {
    const blob = new Blob([new Uint8Array(size).fill(97)]);
    const source = { blob, fileName: "a.txt", mimeType: "text/plain" };
    const started = startUpload({ ...findEnvironment(), call: createCalls(url, token) }, source, options);
    snapshots = [];
    started.subscribe(() => snapshots.push(started.getSnapshot()));
    task = started;
  },
  snapshot: () => task?.getSnapshot(),
  reason: () => [task?.getSnapshot().state, task?.getSnapshot().error?.code],
  pause: () => task?.pause(),
  resume: () => task?.resume(),
  /** The id of what became of it, and all that was sent up to then. */
  async finish(): Promise<{ id: string; sent: number[] }> {
    const media = await task?.done;
    return { id: media?.id ?? "", sent: snapshots.map(({ sent }) => sent) };
  },
};

export type UploadPage = typeof page;

Object.assign(globalThis, { uploadPage: page });
