/** The programs work however npm was told to install them. */
import { chmod, mkdir, readlink, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { isRoot, makeParentDir } from "./embedded-postgres.fixture.ts";
import { findBinaries, makeMissingLinks } from "./find-binaries.ts";

test("the programs of this platform are there and may be run", async () => {
  const binaries = await findBinaries();
  for (const path of Object.values(binaries)) expect((await stat(path)).mode & 0o100).toBe(0o100);
});

test("links that no install script has made are made, relative, and once", async () => {
  const root = await makePackage();
  await Promise.all([makeMissingLinks(root), makeMissingLinks(root)]);
  await makeMissingLinks(root);
  expect(await readlink(join(root, "native/lib/libone.so"))).toBe("libone.so.1.2");
});

test("a package that is read-only works when its links are there, and says so when not", async () => {
  const [complete, incomplete] = [await makePackage(), await makePackage()];
  await makeMissingLinks(complete);
  for (const root of [complete, incomplete]) {
    onTestFinished(() => chmod(join(root, "native/lib"), 0o755));
    await chmod(join(root, "native/lib"), 0o555);
  }
  await makeMissingLinks(complete);
  // Nothing is read-only for root.
  if (!isRoot) await expect(makeMissingLinks(incomplete)).rejects.toThrow(/permission denied, symlink/);
});

async function makePackage(): Promise<string> {
  const root = await makeParentDir();
  await mkdir(join(root, "native/lib"), { recursive: true });
  await writeFile(join(root, "native/lib/libone.so.1.2"), "");
  const links = [{ source: "native/lib/libone.so.1.2", target: "native/lib/libone.so" }];
  await writeFile(join(root, "native/pg-symlinks.json"), JSON.stringify(links));
  return root;
}
