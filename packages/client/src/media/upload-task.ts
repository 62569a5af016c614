/** Uploads as apps and the outbox see them. */
import type { Media } from "@pipit/protocol/models/media";
import type { Output, RawInput } from "@pipit/protocol/operations";
import type { Environment } from "../environment.ts";
import type { PipitError } from "../errors.ts";
import type { XhrConstructor } from "./send-by-xhr.ts";

export type UploadOperation = "media.requestUpload" | "media.resumeUpload" | "media.confirmUpload" | "media.delete";

/** Calls an operation with the user's token. @throws {PipitError} */
export type MediaCalls = <Name extends UploadOperation>(
  name: Name,
  input: RawInput<Name>,
  options?: { timeoutMs?: number },
) => Promise<Output<Name>>;

/** `fetch` adds nothing of its own to requests: they go to whatever address the server named, with no token. */
export type UploadParts = Pick<Environment, "fetch" | "setTimeout" | "clearTimeout" | "random"> & {
  call: MediaCalls;
  /** What bodies are sent with, for its progress. Without one, the global one if there is one; null: `fetch` sends them. */
  XMLHttpRequest?: XhrConstructor | null | undefined;
};

export type UploadOptions = {
  /** Goes on with an upload of the same blob, which another task began. */
  resumeFrom?: UploadCheckpoint | undefined;
  /** From how many bytes on an upload is to survive interruptions. */
  resumableFrom?: number | undefined;
  /** How much goes into one request of a tus upload. */
  chunkSize?: number | undefined;
};

/** What another page load needs to go on with an upload. It is JSON, and holds addresses that take this upload alone. */
export type UploadCheckpoint = {
  readonly uploadId: string;
  readonly fileKey: string;
  readonly fileSize: number;
  /** Where it all goes in one request. Without it the server is asked what it lacks. */
  readonly put?: { readonly url: string; readonly headers: Readonly<Record<string, string>> } | undefined;
  /** All of it has been sent; it waits to be confirmed. */
  readonly isSent: boolean;
};

/** `waiting` for the server's promise, or to try again after `error`. */
type UploadState = "waiting" | "uploading" | "paused" | "confirming" | "done" | "failed" | "aborted";

/** Never changed: when something is otherwise, there is another snapshot. */
export type UploadSnapshot = {
  readonly state: UploadState;
  /** Bytes; after an interruption it may go back. */
  readonly sent: number;
  readonly total: number;
  /** Why it failed, or waits; of an aborted one, why the server could not be told. */
  readonly error?: PipitError | undefined;
  readonly media?: Media | undefined;
};

/** One file on its way. Its functions may be passed on without it. */
export type UploadTask = {
  /** @returns a function that ends it */
  subscribe(listener: () => void): () => void;
  getSnapshot(): UploadSnapshot;
  /** Stops sending, until `resume`. A call that is under way still ends. */
  pause(): void;
  /** Goes on; also at once with what waits to be tried again, unless the server said when. */
  resume(): void;
  /** Gives it up for good and tells the server, as far as it can be reached. Does nothing to what is done. */
  abort(): void;
  /** Rejects with a PipitError; nobody needs to look. */
  readonly done: Promise<Media>;
  /** Undefined until the server has promised to take it. When it is another one, subscribers are called. */
  checkpoint(): UploadCheckpoint | undefined;
};
