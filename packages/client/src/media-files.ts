/** Pictures and other media that only the signed-in user may read, as `blob:` addresses for pages. */
import type { PipitClient } from "./client.ts";
import { networkError, PipitError, timeoutError, toPipitError } from "./errors.ts";
import { createInTurn, type InTurn } from "./media/in-turn.ts";
import { createKeptFiles, type FileCaches, findCaches, type KeptFiles, toCacheName } from "./media/kept-files.ts";
import { type MediaVariant, toMediaPath } from "./media/media-address.ts";
import { createListeners, type Listeners } from "./state/listeners.ts";
import type { Query } from "./state/query.ts";

export { findMediaId, type MediaVariant } from "./media/media-address.ts";

export type FileState = {
  readonly status: "loading" | "ready" | "failed";
  /** Good for as long as somebody subscribes. */
  readonly url: string | undefined;
  /** Its media type. */
  readonly type: string | undefined;
  readonly error: PipitError | undefined;
};

/** A file: it is fetched when the first one subscribes, and let go some time after the last has gone. */
export type FileQuery = Query<FileState> & {
  /** Tries again what failed. */
  retry(): void;
};

export type MediaFiles = {
  /**
   * @param url as messages, users and rooms give it
   * @param options `isKept`: false leaves nothing of it on the device
   * @returns undefined for what is no medium of the server's: such an address needs no token
   */
  file(url: string, variant?: MediaVariant, options?: { isKept?: boolean | undefined }): FileQuery | undefined;
  /** How much is kept on the device. */
  measure(): Promise<{ bytes: number; count: number }>;
  /** Deletes what is kept. What is on the screen stays there. */
  clear(): Promise<void>;
};

/** What it needs of the page; tests give their own. */
export type FilesEnvironment = {
  caches: FileCaches | undefined;
  createUrl(blob: Blob): string;
  revokeUrl(url: string): void;
  setTimeout(work: () => void, ms: number): unknown;
  clearTimeout(timer: never): void;
};

export type FilesClient = Pick<PipitClient, "download" | "connection" | "userId">;

type Entry = {
  path: string;
  state: FileState;
  watchers: number;
  /** Ends the loading. */
  loading: AbortController | undefined;
  isKept: boolean;
  attempts: number;
};

type Parts = {
  client: FilesClient;
  env: FilesEnvironment;
  entries: Map<string, Entry>;
  kept: KeptFiles;
  inTurn: InTurn;
  listeners: Listeners<[]>;
};

const mostAtOnce = 6;
/** Files that nobody looks at, but may soon again: somebody scrolls back. */
const mostIdle = 150;
const mostAttempts = 5;
const answerMs = 30_000;
const pauseMs = 2_000;
const loading: FileState = Object.freeze({ status: "loading", url: undefined, type: undefined, error: undefined });

const known = new WeakMap<FilesClient, MediaFiles>();

/** The files of a client; always the same ones. */
export function findMediaFiles(client: FilesClient): MediaFiles {
  const files = known.get(client) ?? createMediaFiles(client, findFilesEnvironment());
  known.set(client, files);
  return files;
}

/** Use `findMediaFiles`: two of them would fetch everything twice. */
export function createMediaFiles(client: FilesClient, env: FilesEnvironment): MediaFiles {
  let owner: string | undefined;
  const kept = createKeptFiles(env.caches, () => owner && toCacheName(owner));
  const parts: Parts = {
    client,
    env,
    entries: new Map(),
    kept,
    inTurn: createInTurn(mostAtOnce),
    listeners: createListeners(),
  };
  const learnOwner = (): void => {
    const userId = client.userId.getSnapshot();
    if (userId === undefined || userId === owner) return;
    // Nothing of another user's is left behind.
    if (owner !== undefined) forgetAll(parts);
    owner = userId;
  };
  learnOwner();
  client.userId.subscribe(learnOwner);
  client.connection.subscribe(() => {
    const { status } = client.connection.getSnapshot();
    if (status === "logged_out") forgetAll(parts);
    if (status === "online") retryLost(parts);
  });
  return {
    file(url, variant, { isKept = true } = {}) {
      const path = toMediaPath(url, variant);
      return path === undefined ? undefined : toQuery(parts, path, isKept);
    },
    measure: kept.measure,
    clear: kept.clear,
  };
}

function toQuery(parts: Parts, path: string, isKept: boolean): FileQuery {
  const { entries, listeners } = parts;
  return {
    getSnapshot: () => entries.get(path)?.state ?? loading,
    subscribe(listener) {
      const end = listeners.add([path], listener);
      const entry = entries.get(path) ?? createEntry(path, isKept);
      // The last that was wanted comes last: the first of them is let go first.
      entries.delete(path);
      entries.set(path, entry);
      entry.watchers += 1;
      load(parts, entry);
      let isOver = false;
      return () => {
        if (isOver) return;
        isOver = true;
        end();
        entry.watchers -= 1;
        // A component that is taken away and put back at once goes on with what it has.
        if (entry.watchers === 0) queueMicrotask(() => letGo(parts, entry));
      };
    },
    retry() {
      const entry = entries.get(path);
      if (entry?.state.status === "failed") startAnew(parts, entry);
    },
  };
}

function createEntry(path: string, isKept: boolean): Entry {
  return { path, state: loading, watchers: 0, loading: undefined, isKept, attempts: 0 };
}

function load(parts: Parts, entry: Entry): void {
  if (entry.loading || entry.state.status !== "loading") return;
  const giveUp = new AbortController();
  entry.loading = giveUp;
  findOrFetch(parts, entry, giveUp.signal)
    .then((blob) => {
      if (!giveUp.signal.aborted) showBlob(parts, entry, blob);
    })
    .catch((error: unknown) => {
      if (!giveUp.signal.aborted) fail(parts, entry, toPipitError(error));
    });
}

async function findOrFetch({ client, env, kept, inTurn }: Parts, entry: Entry, signal: AbortSignal): Promise<Blob> {
  // A browser that refuses to keep things shows them all the same.
  const found = entry.isKept ? await kept.find(entry.path).catch(() => undefined) : undefined;
  if (found) return found;
  const blob = await inTurn(() => fetchBlob(client, env, entry.path, signal), signal);
  if (entry.isKept && !signal.aborted) void kept.keep(entry.path, blob).catch(() => undefined);
  return blob;
}

/** The answer has to begin in time; its body may take as long as it takes. */
async function fetchBlob(client: FilesClient, env: FilesEnvironment, path: string, outer: AbortSignal): Promise<Blob> {
  const inner = new AbortController();
  const giveUp = (): void => inner.abort(outer.reason);
  outer.addEventListener("abort", giveUp);
  const timer = env.setTimeout(() => inner.abort(timeoutError()), answerMs);
  try {
    const response = await client.download(path, { signal: inner.signal });
    env.clearTimeout(timer as never);
    return await response.blob().catch((error: unknown) => Promise.reject(networkError(error)));
  } catch (error) {
    throw inner.signal.reason instanceof PipitError ? inner.signal.reason : error;
  } finally {
    env.clearTimeout(timer as never);
    outer.removeEventListener("abort", giveUp);
  }
}

function showBlob(parts: Parts, entry: Entry, blob: Blob): void {
  entry.loading = undefined;
  entry.attempts = 0;
  const url = parts.env.createUrl(blob);
  entry.state = Object.freeze({ status: "ready", url, type: blob.type, error: undefined });
  for (const listener of parts.listeners.of(entry.path)) listener();
  dropIdle(parts);
}

/** What the server has not ready yet is asked for again after a while. */
function fail(parts: Parts, entry: Entry, error: PipitError): void {
  entry.loading = undefined;
  entry.attempts += 1;
  entry.state = Object.freeze({ status: "failed", url: undefined, type: undefined, error });
  for (const listener of parts.listeners.of(entry.path)) listener();
  if (!error.retryable || entry.attempts >= mostAttempts) return;
  parts.env.setTimeout(
    () => {
      const isWanted = entry.watchers > 0 && entry.state.error === error;
      if (isWanted) startAnew(parts, entry);
    },
    error.retryAfterMs ?? pauseMs * 2 ** (entry.attempts - 1),
  );
}

function startAnew(parts: Parts, entry: Entry): void {
  entry.state = loading;
  for (const listener of parts.listeners.of(entry.path)) listener();
  load(parts, entry);
}

function letGo(parts: Parts, entry: Entry): void {
  const { status, error } = entry.state;
  if (entry.watchers > 0) return;
  if (status === "ready") dropIdle(parts);
  if (status === "loading") entry.loading?.abort();
  // What is not there is not asked for again each time that somebody scrolls by.
  const isLost = status === "loading" || error?.retryable === true;
  if (isLost && parts.entries.get(entry.path) === entry) parts.entries.delete(entry.path);
}

function dropIdle({ entries, env }: Parts): void {
  const idle = [...entries.values()].filter((entry) => entry.watchers === 0 && entry.state.status === "ready");
  for (const { path, state } of idle.slice(0, Math.max(0, idle.length - mostIdle))) {
    entries.delete(path);
    if (state.url !== undefined) env.revokeUrl(state.url);
  }
}

/** The connection is back: what it lost is asked for again. */
function retryLost(parts: Parts): void {
  for (const entry of parts.entries.values()) {
    if (entry.watchers === 0 || entry.state.error?.retryable !== true) continue;
    entry.attempts = 0;
    startAnew(parts, entry);
  }
}

function forgetAll({ entries, env, kept }: Parts): void {
  for (const { loading: running, state } of entries.values()) {
    running?.abort();
    if (state.url !== undefined) env.revokeUrl(state.url);
  }
  entries.clear();
  void kept.clear().catch(() => undefined);
}

function findFilesEnvironment(): FilesEnvironment {
  return {
    caches: findCaches(),
    createUrl: (blob) => URL.createObjectURL(blob),
    revokeUrl: (url) => URL.revokeObjectURL(url),
    setTimeout: (work, ms) => setTimeout(work, ms),
    clearTimeout: (timer) => clearTimeout(timer),
  };
}
