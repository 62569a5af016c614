/** The bare relay as a process of its own. */
import { fileURLToPath } from "node:url";
import { type Child, startChild } from "./child.ts";
import type { Scope } from "./scope.ts";

const program = fileURLToPath(new URL("../relay.ts", import.meta.url));

export type RelayServer = Child & { readonly url: string };

/** Starts a relay and waits until it listens. @throws {Error} with what it printed, when it ends instead. */
export async function startRelay(scope: Scope, port: number): Promise<RelayServer> {
  const child = await startChild(scope, { name: "relay", args: [program, String(port)] });
  const ready = new Promise<"ready">((resolve) => child.process.once("message", () => resolve("ready")));
  if ((await Promise.race([ready, child.exited])) !== "ready") {
    throw new Error(`the relay did not start:\n${child.output()}`);
  }
  return { ...child, url: `http://127.0.0.1:${port}` };
}
