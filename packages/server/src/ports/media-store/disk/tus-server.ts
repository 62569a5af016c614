/** Answers requests of the tus protocol for uploads that the server has opened itself. */

import { errorCodes } from "@pipit/protocol/errors";
import { Server } from "@tus/server";
import { AppError } from "../../../app-error.ts";
import type { Log } from "../../../log.ts";
import { toStorageError } from "../storage-error.ts";
import type { DiskFolders } from "./disk-folders.ts";
import { TusFiles } from "./tus-files.ts";
import type { UploadLocks } from "./upload-locks.ts";

type TusFailure = { status_code: number; body: string };
type Options = { folders: () => Promise<DiskFolders>; locks: UploadLocks; log: Log | undefined };

/** How long a request may go on after another one wants its upload. */
const drainMs = 1_000;
const methods = ["OPTIONS", "HEAD", "PATCH"];

/** Answers a request for the upload with an id, whatever the request's path. */
export type TusHandler = (request: Request, id: string) => Promise<Response>;

/** Clients may ask how far an upload is and go on with it; they can't make one, read one or end one. */
export function createTusHandler({ folders, locks, log }: Options): TusHandler {
  const ids = new WeakMap<Request, string>();
  const server = new Server({
    path: "/",
    datastore: new TusFiles(folders),
    locker: locks,
    lockDrainTimeout: drainMs,
    getFileIdFromRequest: (request) => ids.get(request),
    onResponseError: (_request, error) => toTusFailure(error, log),
  });
  return async (request, id) => {
    if (!methods.includes(request.method)) return refuse();
    ids.set(request, id);
    return await server.handleWeb(request);
  };
}

function refuse(): Response {
  const headers = { allow: methods.join(", "), "tus-resumable": "1.0.0" };
  return new Response("Method not allowed\n", { status: 405, headers });
}

// The library would put the message of any error into its answer.
function toTusFailure(error: Error | TusFailure, log: Log | undefined): TusFailure {
  if ("status_code" in error) return error;
  const told = toStorageError(error);
  if (told instanceof AppError) {
    log?.warn({ err: told }, "could not store a part of an upload");
    return { status_code: errorCodes[told.code].status, body: `${told.message}\n` };
  }
  log?.error({ err: error }, "a request of a resumable upload failed");
  return { status_code: errorCodes.internal.status, body: `${errorCodes.internal.summary}\n` };
}
