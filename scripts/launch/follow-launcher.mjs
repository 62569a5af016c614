/** Preloaded into a launched program: asks it to end when its launcher has died without saying so (kill -9). */
import { isMainThread } from "node:worker_threads";

// Programs hand their command-line flags on to their own children; those must not follow our launcher, but them.
const launcher = Number(new URL(import.meta.url).searchParams.get("launcher"));

if (isMainThread && process.ppid === launcher && process.channel) {
  process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
  // The channel alone must not keep a finished program alive.
  process.channel.unref();
}
