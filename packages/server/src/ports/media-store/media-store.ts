/** Where media is kept: a folder, or a bucket of an S3-compatible service. */
import type { Readable } from "node:stream";

/** `etag` changes whenever the bytes do; it has no quotes. */
export type StoredObject = { size: number; etag: string; modifiedAt: Date };

export type ListedObject = StoredObject & { key: string };

/** What a client was promised that it may upload: `contentType` letter for letter, `size` in bytes. */
export type UploadPromise = { contentType: string; size: number; expiresAt: Date };

/** Where and how a client sends a file in one request; the headers go along with it. */
export type UploadTarget = { method: "PUT"; url: string; headers: Record<string, string> };

/**
 * Keys are made of segments of `[A-Za-z0-9._-]` between slashes, none of them `.` or `..`, of at most 512 characters in all;
 * any other key is a fault of ours and throws plainly.
 *
 * Objects appear whole or not at all: a reader never finds one half-written, whatever was interrupted. What has been
 * written is durable when the promise resolves.
 *
 * @throws {AppError} from every method: `unavailable` when the store is away or slow, `storage_full` when it has no room
 */
export type MediaStore = {
  /** Lets a client upload straight to the store, until the promise expires. */
  presignUpload(key: string, promise: UploadPromise): Promise<UploadTarget>;
  /** How clients send large files in pieces, with interruptions. */
  resumable: ResumableUploads;
  /** What is known of an object, or undefined if there is none. */
  stat(key: string): Promise<StoredObject | undefined>;
  /**
   * The bytes of an object, or those from `start` to `end`, both included. Undefined if there is none.
   * Ending the stream early frees what it holds.
   */
  read(key: string, range?: { start: number; end: number }): Promise<Readable | undefined>;
  /** Stores what a local file holds, in place of what was there. */
  writeFile(key: string, path: string, contentType: string): Promise<void>;
  /**
   * Makes the object available under another key as well, in place of what was there; `etag` is the one that was looked at.
   * @returns false if the object is not there, or no longer the one that was looked at
   */
  copy(from: string, to: string, etag: string, contentType: string): Promise<boolean>;
  /** Removes an object, if there is one. */
  remove(key: string): Promise<void>;
  /** All objects whose keys begin with a prefix (it ends with a slash, or is empty), in no order, read page by page. */
  list(prefix: string): AsyncIterable<ListedObject>;
  /** Gives up unfinished uploads, of keys with a prefix, that are older than a moment. @returns how many */
  removeUnfinished(prefix: string, before: Date): Promise<number>;
  /**
   * Calls `use` with the path of a local file with the object's bytes, which is there until `use` has ended and must not
   * be changed. @returns undefined if there is no such object
   */
  withLocalFile<Value>(
    key: string,
    use: (path: string, object: StoredObject) => Promise<Value>,
  ): Promise<Value | undefined>;
  /**
   * An address at which anyone may read the object for a while, or undefined if the store has none of its own.
   * The response bears the given headers.
   */
  presignRead(
    key: string,
    response: { contentType: string; contentDisposition: string; expiresInSeconds: number },
  ): Promise<string | undefined>;
  /** Whether the store can be reached and written to. @throws {AppError} `unavailable` */
  check(): Promise<void>;
};

/** How a client goes on with a large upload. Part numbers begin at 1; every part but the last has `partSize` bytes. */
export type ResumableTarget =
  | { protocol: "tus"; url: string }
  | {
      protocol: "multipart";
      partSize: number;
      /** The parts that are still missing, each with an address to PUT it to. */
      parts: { partNumber: number; url: string; size: number }[];
    };

export type ResumableUploads = {
  /** Opens an upload. @returns what `resume` and `finish` are to be called with: opaque, at most 1,024 characters */
  start(key: string, promise: UploadPromise): Promise<string>;
  /** How to go on, with addresses that are valid until `expiresAt`. Undefined if the upload is finished or given up. */
  resume(key: string, handle: string, promise: UploadPromise): Promise<ResumableTarget | undefined>;
  /** Makes one object of what has come. @returns false if something is still missing; finishing twice is no fault */
  finish(key: string, handle: string, promise: UploadPromise): Promise<boolean>;
  /** Gives the upload up, with what has come of it. */
  abort(key: string, handle: string): Promise<void>;
};
