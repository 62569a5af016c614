import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findPostmaster, killPostmaster } from "./postmaster.ts";
import { withScope } from "./scope.ts";
import { makeTempFolder } from "./temp-folder.ts";

async function withPidFile<T>(pid: number, work: (dataDir: string) => Promise<T>): Promise<T> {
  return withScope(async (scope) => {
    const dataDir = await makeTempFolder(scope);
    await mkdir(join(dataDir, "postgres"));
    await writeFile(
      join(dataDir, "postgres", "postmaster.pid"),
      `${pid}\n${join(dataDir, "postgres")}\n1\n5432\n/run\n`,
    );
    return work(dataDir);
  });
}

test.runIf(process.platform === "linux")(
  "a stale file that names another program finds nothing, and kills nothing",
  async () => {
    await withPidFile(process.pid, async (dataDir) => {
      expect(await findPostmaster(dataDir)).toBeUndefined();
      expect(await killPostmaster(dataDir)).toBe(false);
    });
  },
);

test("a file that names nobody finds nothing", async () => {
  await withPidFile(2 ** 22 + 1, async (dataDir) => {
    expect(await findPostmaster(dataDir)).toBeUndefined();
  });
});

test("a folder without PostgreSQL has none", async () => {
  await withScope(async (scope) => {
    expect(await findPostmaster(await makeTempFolder(scope))).toBeUndefined();
  });
});
