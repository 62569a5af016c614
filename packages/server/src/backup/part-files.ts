/** The files of a backup: one a table, as PostgreSQL's COPY writes it, packed. */
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import pg, { type ClientBase } from "pg";
import { from as copyFrom, to as copyTo } from "pg-copy-streams";
import type { Table } from "./list-tables.ts";
import type { Part } from "./manifest.ts";

// Level 1 is four times as fast as the default, and a backup is not to take the processor from the server.
const packing = { level: 1 };

/** Writes the rows of a table, as the client's transaction sees them, so that they survive a power cut. */
export async function writePart(client: ClientBase, table: Table, folder: string, file: string): Promise<Part> {
  const copy = client.query(copyTo(`copy (select ${columnsOf(table)} from ${nameOf(table)}) to stdout`));
  const hash = createHash("sha256");
  let bytes = 0;
  await pipeline(
    copy,
    createGzip(packing),
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        hash.update(chunk);
        bytes += chunk.length;
        yield chunk;
      }
    },
    createWriteStream(join(folder, file), { flags: "wx", mode: 0o600, flush: true }),
  );
  return { table: table.name, columns: table.columns, file, rows: copy.rowCount, bytes, sha256: hash.digest("hex") };
}

/** @throws {Error} if the file is not the one that was written */
export async function checkPart(folder: string, { file, sha256 }: Part): Promise<void> {
  const hash = createHash("sha256");
  try {
    await pipeline(createReadStream(join(folder, file)), hash);
  } catch (cause) {
    throw new Error(`${join(folder, file)} can't be read.`, { cause });
  }
  if (hash.digest("hex") !== sha256) {
    throw new Error(`${join(folder, file)} is damaged: its checksum is not the one of the manifest.`);
  }
}

/** Loads the rows of a part into its table. @throws {Error} if they are not as many as were written */
export async function loadPart(client: ClientBase, folder: string, part: Part): Promise<void> {
  const table = { name: part.table, columns: part.columns };
  const copy = client.query(copyFrom(`copy ${nameOf(table)} (${columnsOf(table)}) from stdin`));
  await pipeline(createReadStream(join(folder, part.file)), createGunzip(), copy);
  if (copy.rowCount !== part.rows) {
    throw new Error(`${part.table} got ${copy.rowCount} rows, and the manifest says ${part.rows}.`);
  }
}

function nameOf(table: Table): string {
  return pg.escapeIdentifier(table.name);
}

function columnsOf(table: Table): string {
  return table.columns.map((column) => pg.escapeIdentifier(column)).join(", ");
}
