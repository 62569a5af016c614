/** The bare file server as a process of its own. */
import { fileURLToPath } from "node:url";
import { type Child, startChild } from "./child.ts";
import type { Scope } from "./scope.ts";

const program = fileURLToPath(new URL("../media/plain-server.ts", import.meta.url));

export type PlainServer = Child & { readonly url: string; readonly folder: string };

/** Starts one that keeps files in a folder, and waits until it listens. @throws {Error} when it ends instead */
export async function startPlainServer(scope: Scope, port: number, folder: string): Promise<PlainServer> {
  const child = await startChild(scope, { name: "plain server", args: [program, String(port), folder] });
  const ready = new Promise<"ready">((resolve) => child.process.once("message", () => resolve("ready")));
  if ((await Promise.race([ready, child.exited])) !== "ready") {
    throw new Error(`the plain server did not start:\n${child.output()}`);
  }
  return { ...child, url: `http://127.0.0.1:${port}`, folder };
}
