/** Media that a user has seen, kept by the browser so that it shows without a network. */

type Requests = readonly { url: string }[];
/** What is used of a browser's Cache. */
export type FileCache = {
  match(key: string): Promise<Response | undefined>;
  matchAll(): Promise<readonly Response[]>;
  put(key: string, response: Response): Promise<void>;
  keys(): Promise<Requests>;
  delete(key: string): Promise<boolean>;
};
/** What is used of a browser's `caches`: there is none outside of secure contexts. */
export type FileCaches = {
  open(name: string): Promise<FileCache>;
  delete(name: string): Promise<boolean>;
};

export type KeptFiles = {
  find(path: string): Promise<Blob | undefined>;
  keep(path: string, blob: Blob): Promise<void>;
  /** Bytes and number of files. */
  measure(): Promise<{ bytes: number; count: number }>;
  clear(): Promise<void>;
};

// Keys of a Cache are addresses; these lead nowhere.
const origin = "https://media.invalid";
const sizeHeader = "x-size";
const largestBytes = 24 * 1024 * 1024;
const mostFiles = 3_000;
/** How many more are let in before the oldest go. */
const slack = 100;

/** The browser's; undefined where there is none. */
export function findCaches(): FileCaches | undefined {
  try {
    return (globalThis as { caches?: FileCaches }).caches;
  } catch {
    // In a sandboxed frame there is none, and some browsers say so by throwing.
    return undefined;
  }
}

/** What the cache of a user's media is called. */
export const toCacheName = (userId: string): string => `pipit-media-${userId}`;

/**
 * @param name of the user's own cache; undefined while it is not known whose it is: then nothing is kept
 */
export function createKeptFiles(caches: FileCaches | undefined, name: () => string | undefined): KeptFiles {
  let added = 0;
  const open = async (): Promise<FileCache | undefined> => {
    const called = name();
    return called === undefined ? undefined : caches?.open(called);
  };
  return {
    async find(path) {
      const found = await (await open())?.match(origin + path);
      return found?.blob();
    },
    async keep(path, blob) {
      if (blob.size > largestBytes) return;
      const cache = await open();
      const headers = { "content-type": blob.type, [sizeHeader]: String(blob.size) };
      await cache?.put(origin + path, new Response(blob, { headers }));
      added += 1;
      if (cache && added % slack === 0) await dropOldest(cache);
    },
    async measure() {
      const all = (await (await open())?.matchAll()) ?? [];
      const bytes = all.reduce((sum, response) => sum + Number(response.headers.get(sizeHeader) ?? 0), 0);
      return { bytes, count: all.length };
    },
    async clear() {
      const called = name();
      if (called !== undefined) await caches?.delete(called);
    },
  };
}

// Caches give their keys in the order in which they came.
async function dropOldest(cache: FileCache): Promise<void> {
  const keys = await cache.keys();
  for (const { url } of keys.slice(0, Math.max(0, keys.length - mostFiles))) await cache.delete(url);
}
