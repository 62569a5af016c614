import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "pipit-run-"));

/** Runs the program named by its arguments, as the launcher does. */
const launcher = `
  import { runProgram } from ${JSON.stringify(new URL("./run-program.mjs", import.meta.url).href)};
  const root = new URL(${JSON.stringify(pathToFileURL(`${folder}/`).href)});
  process.exitCode = await runProgram({ root, node: process.execPath, argv: process.argv.slice(2) });`;

/** Answers a signal as a server does: it takes its time to end, and a second signal would cut that short. */
const server = `
  let signals = [];
  const onSignal = (signal) => {
    console.log(signal);
    signals.push(signal);
    if (signals.length === 1) setTimeout(() => process.exit(7), 300);
  };
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  setInterval(() => {}, 1000);
  console.log("ready");`;

beforeAll(() => {
  writeFileSync(join(folder, "launcher.mjs"), launcher);
  writeFileSync(join(folder, "server.mjs"), server);
});
afterAll(() => rmSync(folder, { recursive: true }));

test("the program's arguments, output and exit code pass through", async () => {
  writeFileSync(join(folder, "report.mjs"), "console.log(process.argv.slice(2).join()); process.exitCode = 3;");
  const { exit, output } = launch("report.mjs", "send", "--json");
  expect(await exit).toEqual([3, null]);
  expect(output()).toBe("send,--json\n");
});

test("a program killed by a signal gives 128 and the signal's number", async () => {
  writeFileSync(join(folder, "killed.mjs"), 'process.kill(process.pid, "SIGKILL"); setInterval(() => {}, 1000);');
  expect(await launch("killed.mjs").exit).toEqual([128 + constants.signals.SIGKILL, null]);
});

test.each([
  ["SIGINT", "SIGINT"],
  ["SIGTERM", "SIGTERM"],
  ["SIGHUP", "SIGTERM"],
] as const)("%s reaches the program once, though it comes twice, and its end is waited for", async (sent, seen) => {
  const { child, exit, output, next } = launch("server.mjs");
  await next();
  child.kill(sent);
  await next();
  child.kill(sent);
  expect(await exit).toEqual([7, null]);
  expect(output()).toBe(`ready\n${seen}\n`);
});

test("a program whose launcher is killed is asked to end", async () => {
  const { child, next, output, closed } = launch("server.mjs");
  await next();
  child.kill("SIGKILL");
  // The output closes when the program, which outlived its launcher, has ended too.
  await closed;
  expect(output()).toBe("ready\nSIGTERM\n");
});

test("what a killed program has left running is asked to end", async () => {
  const parent = `
    import { spawn } from "node:child_process";
    spawn(process.execPath, ["grandchild.mjs"], { stdio: ["ignore", "pipe", "inherit"] }).stdout.on("data", (text) => {
      console.log("grandchild " + text);
      process.kill(process.pid, "SIGKILL");
    });`;
  const grandchild = server.replace("console.log(signal)", 'writeFileSync("left", signal)');
  writeFileSync(join(folder, "parent.mjs"), parent);
  writeFileSync(join(folder, "grandchild.mjs"), `import { writeFileSync } from "node:fs";${grandchild}`);
  const { exit, closed } = launch("parent.mjs");
  expect(await exit).toEqual([137, null]);
  // Standard error, which all of them share, closes when the last of them has ended.
  await closed;
  expect(readFileSync(join(folder, "left"), "utf8")).toBe("SIGTERM");
});

type Launched = {
  child: ChildProcess;
  exit: Promise<unknown[]>;
  closed: Promise<unknown[]>;
  /** Settles when the program prints something more. */
  next: () => Promise<unknown[]>;
  output: () => string;
};

function launch(...argv: string[]): Launched {
  const child = spawn(process.execPath, [join(folder, "launcher.mjs"), ...argv], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stderr.resume();
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  const exit = once(child, "exit");
  return { child, exit, closed: once(child, "close"), next: () => once(child.stdout, "data"), output: () => text };
}
