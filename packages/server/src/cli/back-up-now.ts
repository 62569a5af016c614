/** Writes a backup of the database, and says what is in it. */
import { resolve } from "node:path";
import manifest from "../../package.json" with { type: "json" };
import { createBackup } from "../backup/create-backup.ts";
import type { Part } from "../backup/manifest.ts";
import { systemClock } from "../clock.ts";
import type { Config } from "../config.ts";
import { withClient } from "./with-client.ts";

export async function backUpNow(config: Config, folder: string): Promise<void> {
  const pipit = manifest.version;
  const { parts, made_at } = await withClient(config, (client) =>
    createBackup({ client, folder, clock: systemClock, pipit, onPart: (part) => tell("wrote", part) }),
  );
  const sum = (of: (part: Part) => number) => parts.reduce((total, part) => total + of(part), 0);
  const rows = sum((part) => part.rows);
  process.stdout.write(
    `${resolve(folder)} holds the database as it was at ${made_at}: ${rows} rows, ${sum((part) => part.bytes)} bytes.\n` +
      "Not in it: media, and secrets.json of the data directory.\n",
  );
}

/** A line of progress, beside the output. */
export function tell(what: string, { table, rows }: Pick<Part, "table" | "rows">): void {
  process.stderr.write(`${what} ${table}: ${rows} rows\n`);
}
