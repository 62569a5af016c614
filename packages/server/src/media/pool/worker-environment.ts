/** The environment of a media worker: nothing of the server's own, which holds secrets. */

/** Where programs are looked for unless something else is said. */
export const usualSearchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/opt/homebrew/bin";

export function makeWorkerEnvironment(searchPath: string): Record<string, string> {
  return {
    PATH: searchPath,
    LC_ALL: "C",
    TZ: "UTC",
    // One job at a time needs few threads; glibc gives each thread memory of its own that it doesn't return.
    UV_THREADPOOL_SIZE: "2",
    MALLOC_ARENA_MAX: "2",
    // libvips then refuses what its makers call unsafe for files of strangers, besides what the worker blocks itself.
    VIPS_BLOCK_UNTRUSTED: "1",
  };
}
