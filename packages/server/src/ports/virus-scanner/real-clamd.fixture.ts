/** A clamd of the tests' own, with a database of one signature. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { vi } from "vitest";
import { createClamdScanner } from "./clamd-scanner.ts";
import { eicar } from "./files-to-scan.fixture.ts";

export type RealClamd = { unixUrl: string; tcpUrl: string; close(): Promise<void> };

/** The program, or undefined if it is not installed. */
export function findClamd(): string | undefined {
  // Distributions put daemons where only root's PATH leads.
  const candidates = ["clamd", "/usr/sbin/clamd", "/usr/local/sbin/clamd"];
  return candidates.find((program) => spawnSync(program, ["--version"]).error === undefined);
}

/** Starts clamd, which takes streams of 30 MB and looks into files of 25 MB, and waits until it answers. */
export async function startRealClamd(program: string): Promise<RealClamd> {
  const folder = await mkdtemp(join(tmpdir(), "pipit-clamd-"));
  const port = await findFreePort();
  await mkdir(join(folder, "db"));
  await writeFile(join(folder, "db", "pipit.ndb"), `Eicar-Test-Signature:0:*:${eicar.toString("hex")}\n`);
  await writeFile(join(folder, "clamd.conf"), renderSettings(folder, port));
  const child = spawn(program, ["--config-file", join(folder, "clamd.conf")], { stdio: ["ignore", "pipe", "pipe"] });
  const close = async () => {
    await kill(child);
    await rm(folder, { recursive: true, force: true });
  };
  const urls = { unixUrl: `unix:${join(folder, "clamd.ctl")}`, tcpUrl: `tcp://127.0.0.1:${port}` };
  try {
    await waitUntilReady(child, Object.values(urls));
  } catch (error) {
    await close();
    throw error;
  }
  return { ...urls, close };
}

function renderSettings(folder: string, port: number): string {
  return [
    "Foreground yes",
    `LocalSocket ${join(folder, "clamd.ctl")}`,
    `TCPSocket ${port}`,
    "TCPAddr 127.0.0.1",
    `DatabaseDirectory ${join(folder, "db")}`,
    `TemporaryDirectory ${folder}`,
    "StreamMaxLength 30M",
    "MaxFileSize 25M",
    "AlertExceedsMax yes",
    "MaxThreads 2",
    "",
  ].join("\n");
}

async function waitUntilReady(child: ChildProcess, urls: string[]): Promise<void> {
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (text: Buffer) => {
      output += text.toString();
    });
  }
  const scanners = urls.map((url) => createClamdScanner({ url, timeoutMs: 2_000 }));
  const checkAll = async () => void (await Promise.all(scanners.map((scanner) => scanner.check())));
  await vi.waitFor(checkAll, { timeout: 15_000, interval: 50 }).catch((cause: unknown) => {
    throw new Error(`clamd did not start: ${output}`, { cause });
  });
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (typeof address !== "object" || address === null) throw new Error("there is no free port");
  return address.port;
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}
