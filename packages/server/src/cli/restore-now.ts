/** Restores a backup, or only looks whether it is whole; and what follows a restore by other means. */
import { checkBackup, renewDatabase, restoreBackup } from "../backup/restore-backup.ts";
import type { Config } from "../config.ts";
import { tell } from "./back-up-now.ts";
import { withClient } from "./with-client.ts";

type Options = { force?: true; check?: true };

export async function restoreNow(config: Config, folder: string, options: Options): Promise<void> {
  if (options.check) {
    const { made_at, parts } = await checkBackup(folder);
    process.stdout.write(`${folder} is whole: ${parts.length} tables as they were at ${made_at}.\n`);
    return;
  }
  const { made_at } = await withClient(config, (client) =>
    restoreBackup({
      client,
      folder,
      isForced: options.force === true,
      onRemove: ({ tables }) => {
        for (const { name, rows } of tables) tell("removing", { table: name, rows });
      },
      onPart: (part) => tell("loaded", part),
    }),
  );
  process.stdout.write(`The database is as it was at ${made_at}. Every device loads anew what it shows.\n`);
}

export async function renewNow(config: Config): Promise<void> {
  await withClient(config, renewDatabase);
  process.stdout.write("Every device loads anew what it shows.\n");
}
