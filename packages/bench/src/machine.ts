/** What a run ran on: figures mean little without it. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { cpus, type as osType, release, totalmem } from "node:os";
import { join } from "node:path";

export type Machine = { cpus: number; cpu_model: string; memory_gb: number; os: string; arch: string };

export function describeMachine(): Machine {
  const processors = cpus();
  return {
    cpus: processors.length,
    cpu_model: processors[0]?.model.trim() ?? "unknown",
    memory_gb: Math.round(totalmem() / 2 ** 30),
    os: `${osType()} ${release()}`,
    arch: process.arch,
  };
}

export type Versions = { pipit: string; node: string; socket_io: string; ws: string; postgres: string };

/** The versions at work. @param dataDir a server's data folder, with its embedded PostgreSQL. */
export async function readVersions(dataDir: string): Promise<Versions> {
  const require = createRequire(import.meta.url);
  const versionOf = (name: string): string => require(name).version;
  return {
    pipit: versionOf("../package.json"),
    node: process.versions.node,
    socket_io: versionOf("socket.io/package.json"),
    ws: versionOf("ws/package.json"),
    postgres: (await readFile(join(dataDir, "postgres", "PG_VERSION"), "utf8")).trim(),
  };
}
