/** What most runs begin with: a server with a database of its own, and a load generator. */
import { join } from "node:path";
import { findFreePort } from "./free-port.ts";
import { inspectorSetting } from "./inspector.ts";
import { type LoadGenerator, startLoadGenerator } from "./load-generator.ts";
import { type PipitServer, startPipit } from "./pipit-server.ts";
import { readDatabaseUrl } from "./postmaster.ts";
import type { Scope } from "./scope.ts";
import { makeTempFolder } from "./temp-folder.ts";
import { ofDatabase, ofProcess, type ReadSeconds } from "./usage.ts";

/** A server, and what is needed to look into it. */
export type Site = { server: PipitServer; dataDir: string; databaseUrl: string; inspectorPort: number };

export type Stage = Site & { generator: LoadGenerator; parts: Record<string, ReadSeconds> };

/** @param settings by the names of environment variables */
export async function startSite(scope: Scope, settings: Record<string, string> = {}): Promise<Site> {
  const dataDir = join(await makeTempFolder(scope), "data");
  const inspectorPort = await findFreePort();
  const all = { ...inspectorSetting(inspectorPort), ...settings };
  const server = await startPipit(scope, { port: await findFreePort(), dataDir, settings: all });
  return { server, dataDir, databaseUrl: await readDatabaseUrl(dataDir), inspectorPort };
}

export async function startStage(scope: Scope): Promise<Stage> {
  const site = await startSite(scope);
  const generator = await startLoadGenerator(scope);
  const { server, dataDir } = site;
  const parts = { server: ofProcess(server), database: ofDatabase(dataDir), generator: ofProcess(generator) };
  return { ...site, generator, parts };
}
