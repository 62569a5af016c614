/** A folder that lasts as long as a run. */
import { chmod, mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Scope } from "./scope.ts";

/** Makes an empty folder, removed with all that is in it when the scope ends. */
export async function makeTempFolder(scope: Scope): Promise<string> {
  // Without symbolic links, so that it compares with what PostgreSQL says of itself.
  const folder = await mkdtemp(join(await realpath(tmpdir()), "pipit-bench-"));
  // Under root, PostgreSQL runs as another user and must reach what the server puts in here.
  await chmod(folder, 0o755);
  scope.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}
