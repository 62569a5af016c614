/** Writes the files that are made from tables; with `--check`, names those that are not up to date. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { socketFirst } from "../packages/client/src/connection/socket-first.ts";
import { toAsyncApi } from "../packages/protocol/src/documents/async-api.ts";
import { hashContract } from "../packages/protocol/src/documents/contract-hash.ts";
import { toOpenApi } from "../packages/protocol/src/documents/open-api.ts";
import { renderOperationDoors } from "../packages/protocol/src/documents/operation-doors.ts";
import { protocolVersion } from "../packages/protocol/src/documents/protocol-version.ts";
import { renderConfigTable } from "../packages/server/src/config-table.ts";

type Generated = { path: string; text: string };

const root = resolve(import.meta.dirname, "..");
const lockPath = "packages/protocol/contract.lock.json";

async function render(): Promise<Generated[]> {
  const options = { version: protocolVersion };
  return [
    { path: "packages/protocol/generated/openapi.json", text: toJson(toOpenApi(options)) },
    { path: "packages/protocol/generated/asyncapi.json", text: toJson(toAsyncApi(options)) },
    { path: "packages/client/src/generated/operation-doors.ts", text: renderOperationDoors(socketFirst) },
    { path: "docs/configuration.md", text: renderConfigTable() },
    { path: lockPath, text: toJson({ version: protocolVersion, hash: await hashContract() }) },
  ];
}

function toJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

async function findStale(files: Generated[]): Promise<Generated[]> {
  const present = await Promise.all(files.map(({ path }) => readIfPresent(path)));
  return files.filter(({ text }, index) => text !== present[index]);
}

async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(resolve(root, path), "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** The lock is not moved along with a contract that changed under the same version. */
async function isLocked({ path }: Generated): Promise<boolean> {
  if (path !== lockPath) return false;
  const text = await readIfPresent(lockPath);
  return text !== undefined && JSON.parse(text).version === protocolVersion;
}

async function write({ path, text }: Generated): Promise<void> {
  if (await isLocked({ path, text })) {
    console.error(
      `${path}: the wire contract changed, its version did not. Raise protocolVersion in ` +
        "packages/protocol/src/documents/protocol-version.ts, add a line for it to packages/protocol/CHANGES.md, " +
        "and run `npm run generate` again.",
    );
    process.exitCode = 1;
    return;
  }
  await mkdir(dirname(resolve(root, path)), { recursive: true });
  await writeFile(resolve(root, path), text);
  console.log(`wrote ${path}`);
}

const stale = await findStale(await render());
if (process.argv.includes("--check")) {
  for (const { path } of stale) console.error(`${path} is not up to date: run \`npm run generate\`.`);
  if (stale.length > 0) process.exitCode = 1;
} else {
  for (const file of stale) await write(file);
}
