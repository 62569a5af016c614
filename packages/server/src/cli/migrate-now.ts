/** Brings the database up to date. */
import type { Config } from "../config.ts";
import { withServices } from "./with-services.ts";

export async function migrateNow(config: Config): Promise<void> {
  await withServices(config, true, async (_services, ran) => {
    const lines = ran.length === 0 ? ["The database is up to date."] : ran.map((name) => `ran ${name}`);
    process.stdout.write(`${lines.join("\n")}\n`);
  });
}
