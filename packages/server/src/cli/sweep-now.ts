/** Removes left-overs of uploads, or only says what it would remove. */
import { systemClock } from "../clock.ts";
import type { Config } from "../config.ts";
import { createStore, toTempDir } from "../create-media-parts.ts";
import { sweepMedia } from "../features/media/sweep-media.ts";
import { resolveSecrets } from "../identity/secrets.ts";
import { createLog } from "../log.ts";
import { withServices } from "./with-services.ts";

export async function sweepNow(config: Config, { dryRun }: { dryRun?: boolean }): Promise<void> {
  const isDryRun = dryRun === true;
  const log = createLog("warn");
  const secret = resolveSecrets(config).jwt;
  const { store } = createStore({ config, log, clock: systemClock, secret, origin: () => "" });
  const media = { store, tempDir: toTempDir(config) };
  const swept = await withServices(config, config.migrate, (services) =>
    sweepMedia({ ...services, media, log }, { isDryRun, withKept: true }),
  );
  const done = isDryRun ? "would be removed" : "removed";
  process.stdout.write(
    [
      `${swept.staleUploads} uploads that were never confirmed ${isDryRun ? "would be given up" : "given up; a running server removes what came of them"}`,
      `${swept.orphanedObjects} objects (${swept.orphanedBytes} bytes) that belong to nothing ${done}`,
      ...(isDryRun ? [] : [`${swept.unfinished} unfinished uploads in pieces given up`]),
      "",
    ].join("\n"),
  );
}
