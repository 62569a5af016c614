/** Starts one of Pipit's programs as a process of its own, and ends it by its id. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Scope } from "./scope.ts";

const keptOutput = 8192;
const graceMs = 15_000;

export type Child = {
  readonly name: string;
  readonly pid: number;
  readonly process: ChildProcess;
  /** Resolves when the process is gone. */
  readonly exited: Promise<void>;
  hasExited(): boolean;
  /** The end of what it printed, for error messages. */
  output(): string;
  /** Asks it to end, and kills it if it has not after a while. Does nothing when it is gone. */
  stop(): Promise<void>;
  /** SIGKILL: it gets no chance to do anything. */
  kill(): Promise<void>;
};

export type Program = { name: string; args: readonly string[]; env?: Record<string, string | undefined> };

/** Starts `node <args>`. It ends with the scope, and also when this process dies without closing the scope. */
export async function startChild(scope: Scope, program: Program): Promise<Child> {
  const running = spawn(process.execPath, ["--import", followerOf(process.pid), ...program.args], {
    env: program.env ?? process.env,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    // Ctrl-C in a terminal goes to the whole foreground group; the scope ends its children in order instead.
    detached: true,
  });
  const child = toChild(program.name, running);
  scope.defer(() => child.stop());
  await once(running, "spawn");
  return child;
}

function followerOf(pid: number): string {
  return new URL(`../../../../scripts/launch/follow-launcher.mjs?launcher=${pid}`, import.meta.url).href;
}

function toChild(name: string, running: ChildProcess): Child {
  let output = "";
  for (const stream of [running.stdout, running.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      output = (output + text).slice(-keptOutput);
    });
  }
  const exited = new Promise<void>((resolve) => {
    running.once("exit", () => resolve());
    running.once("error", () => resolve());
  });
  const hasExited = () => running.pid === undefined || running.exitCode !== null || running.signalCode !== null;
  async function end(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    if (hasExited()) return;
    const timer = setTimeout(() => running.kill("SIGKILL"), graceMs);
    running.kill(signal);
    await exited;
    clearTimeout(timer);
  }
  return {
    name,
    pid: running.pid ?? 0,
    process: running,
    exited,
    hasExited,
    output: () => output,
    stop: () => end("SIGTERM"),
    kill: () => end("SIGKILL"),
  };
}
