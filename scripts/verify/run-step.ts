/** Runs one step of `verify`: a line when it ends, and all that it printed if it failed. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { delimiter, join } from "node:path";

/** A program of the project and its arguments. */
export type Step = { name: string; command: [string, ...string[]] };

/** Whether the step ended well. A program that cannot be started counts as a failure, as does one that is stopped. */
export async function runStep(root: string, { name, command: [program, ...args] }: Step): Promise<boolean> {
  const started = performance.now();
  const bin = join(root, "node_modules", ".bin");
  const PATH = `${bin}${delimiter}${process.env.PATH ?? ""}`;
  const child = spawn(program, args, { cwd: root, env: { ...process.env, PATH }, stdio: ["ignore", "pipe", "pipe"] });
  const output: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => output.push(chunk));
  const stop = (signal: NodeJS.Signals) => child.kill(signal);
  process.on("SIGINT", stop).on("SIGTERM", stop);
  const passed = await ended(child, output);
  process.off("SIGINT", stop).off("SIGTERM", stop);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${passed ? "ok  " : "FAIL"} ${name} (${seconds} s)`);
  if (!passed) console.log(`${Buffer.concat(output).toString("utf8").trimEnd()}\n`);
  return passed;
}

async function ended(child: ReturnType<typeof spawn>, output: Buffer[]): Promise<boolean> {
  try {
    const [code] = await once(child, "close");
    return code === 0;
  } catch (error) {
    output.push(Buffer.from(`cannot be started: ${String(error)}`));
    return false;
  }
}
