/** Files of a user: fetched once for all who look, kept for later, gone with the user. */
import { expect, it, vi } from "vitest";
import type { ConnectionState } from "./connection/connection.ts";
import { networkError, PipitError } from "./errors.ts";
import type { FileCache, FileCaches } from "./media/kept-files.ts";
import { createMediaFiles, type FileQuery, type FileState, type FilesClient } from "./media-files.ts";
import type { Query } from "./state/query.ts";

const picture = "http://elsewhere.example/api/v1/chat/media/0000-aa/file?width=9";
const pathOf = (place: number): string => `http://x/media/id-${place}/file`;

function createValue<Value>(first: Value): Query<Value> & { set(value: Value): void } {
  const listeners = new Set<() => void>();
  let now = first;
  return {
    getSnapshot: () => now,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    set(value) {
      now = value;
      for (const listener of listeners) listener();
    },
  };
}

function createCaches(): FileCaches & { names: Map<string, Map<string, Response>> } {
  const names = new Map<string, Map<string, Response>>();
  return {
    names,
    async open(name): Promise<FileCache> {
      const files = names.get(name) ?? new Map<string, Response>();
      names.set(name, files);
      return {
        match: async (key) => files.get(key)?.clone(),
        matchAll: async () => [...files.values()],
        put: async (key, response) => void files.set(key, response),
        keys: async () => [...files.keys()].map((url) => ({ url })),
        delete: async (key) => files.delete(key),
      };
    },
    delete: async (name) => names.delete(name),
  };
}

function createSite(caches = createCaches()) {
  const connection = createValue<ConnectionState>({ status: "online" });
  const userId = createValue<string | undefined>("ada");
  const download = vi.fn<FilesClient["download"]>(
    async (path) => new Response(new Blob([path], { type: "image/webp" })),
  );
  const revoked: string[] = [];
  let made = 0;
  const files = createMediaFiles(
    { download, connection, userId },
    {
      caches,
      createUrl: () => `blob:${++made}`,
      revokeUrl: (url) => revoked.push(url),
      setTimeout: (work, ms) => setTimeout(work, ms),
      clearTimeout: (timer) => clearTimeout(timer),
    },
  );
  const open = (...given: Parameters<typeof files.file>): FileQuery => {
    const file = files.file(...given);
    if (!file) throw new Error(`${given[0]} is no medium`);
    return file;
  };
  return { files, open, download, connection, userId, caches, revoked };
}

/** Looks at a file until it is so. */
async function until(file: FileQuery, status: FileState["status"]): Promise<() => void> {
  const end = file.subscribe(() => {});
  await vi.waitFor(() => expect(file.getSnapshot().status).toBe(status));
  return end;
}

it("asks the client's own server, whatever host an address names, and for nothing that is no medium", async () => {
  const { files, open, download } = createSite();
  await until(open(picture, { width: 320, fit: "cover" }), "ready");
  expect(download.mock.calls.map(([path]) => path)).toEqual(["/media/0000-aa/file?width=320&fit=cover"]);
  expect(files.file("https://elsewhere.example/face.png")).toBeUndefined();
});

it("fetches once for all who look at the same, and nothing before somebody does", async () => {
  const { open, download } = createSite();
  const [one, other] = [open(picture), open(picture)];
  expect(download).not.toHaveBeenCalled();
  await Promise.all([until(one, "ready"), until(other, "ready")]);
  expect(download).toHaveBeenCalledTimes(1);
  expect(one.getSnapshot()).toBe(other.getSnapshot());
  expect(one.getSnapshot()).toMatchObject({ url: "blob:1", type: "image/webp" });
});

it("lets go of a request that nobody waits for any more", async () => {
  const { open, download } = createSite();
  let signal: AbortSignal | undefined;
  download.mockImplementation((_path, options) => {
    signal = options?.signal;
    return new Promise(() => {});
  });
  const end = open(picture).subscribe(() => {});
  await vi.waitFor(() => expect(signal).toBeDefined());
  // Taken away and put back at once: it goes on.
  end();
  const endAgain = open(picture).subscribe(() => {});
  await Promise.resolve();
  expect(signal?.aborted).toBe(false);
  endAgain();
  await vi.waitFor(() => expect(signal?.aborted).toBe(true));
});

it("keeps no more than six requests under way", async () => {
  const { open, download } = createSite();
  const answers: (() => void)[] = [];
  download.mockImplementation(() => new Promise((resolve) => answers.push(() => resolve(new Response("x")))));
  const files = Array.from({ length: 10 }, (_, place) => open(pathOf(place)));
  for (const file of files) file.subscribe(() => {});
  await vi.waitFor(() => expect(answers).toHaveLength(6));
  answers[0]?.();
  await vi.waitFor(() => expect(answers).toHaveLength(7));
});

it("shows what was kept without a network, and nothing of it after a log-out", async () => {
  const caches = createCaches();
  const before = createSite(caches);
  await until(before.open(picture), "ready");
  await vi.waitFor(async () => expect(await before.files.measure()).toEqual({ bytes: 19, count: 1 }));
  const after = createSite(caches);
  after.download.mockRejectedValue(networkError());
  await until(after.open(picture), "ready");
  expect(after.download).not.toHaveBeenCalled();
  after.connection.set({ status: "logged_out" });
  await vi.waitFor(() => expect(caches.names.size).toBe(0));
  expect(after.revoked).toEqual(["blob:1"]);
});

it("leaves nothing of one user to the next, nor of what is not to be kept", async () => {
  const { open, userId, caches, files } = createSite();
  await until(open(picture), "ready");
  await until(open(pathOf(1), undefined, { isKept: false }), "ready");
  await vi.waitFor(async () => expect((await files.measure()).count).toBe(1));
  userId.set("bob");
  await vi.waitFor(() => expect([...caches.names.keys()]).toEqual([]));
});

it("says why a file can't be had, and asks again when the connection is back or somebody wants it, not for what is not there", async () => {
  const { open, download, connection } = createSite();
  download.mockRejectedValueOnce(networkError());
  const file = open(picture);
  await until(file, "failed");
  expect(file.getSnapshot().error).toMatchObject({ code: "network" });
  connection.set({ status: "online" });
  await until(file, "ready");
  const gone = open(pathOf(2));
  download.mockRejectedValueOnce(new PipitError("not_found", { retryable: false }));
  (await until(gone, "failed"))();
  const asked = download.mock.calls.length;
  await until(gone, "failed");
  expect(download).toHaveBeenCalledTimes(asked);
  gone.retry();
  await until(gone, "ready");
});

it("revokes the addresses of files that nobody has looked at for long", async () => {
  const { open, revoked } = createSite();
  const files = Array.from({ length: 152 }, (_, place) => open(pathOf(place)));
  const ends = files.map((file) => file.subscribe(() => {}));
  await vi.waitFor(() => expect(files.every((file) => file.getSnapshot().status === "ready")).toBe(true));
  for (const end of ends) end();
  await vi.waitFor(() => expect(revoked).toHaveLength(2));
  expect(files[0]?.getSnapshot().status).toBe("loading");
  expect(files.at(-1)?.getSnapshot().status).toBe("ready");
});
