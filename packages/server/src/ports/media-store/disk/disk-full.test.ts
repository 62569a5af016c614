/** A disk that is full is told as such, shows nothing half-written, and is used again as soon as there is room. */
import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";

// In a mount namespace of its own: the small disk is seen by nobody else, and is gone with the process.
const asRoot = ["--mount"];
const asUser = ["--user", "--map-root-user", "--mount"];
const way = [asRoot, asUser].find((options) => {
  const script = `mount -t tmpfs -o size=1m none ${tmpdir()}`;
  return unshare([...options, "sh", "-c", script]).status === 0;
});
const reason = way ? "" : " (skipped: unshare may mount no tmpfs here)";

test.skipIf(way === undefined)(`a full disk is storage_full, and recovers by itself${reason}`, async () => {
  const folder = await mkdtemp(join(tmpdir(), "pipit-full-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const disk = join(folder, "disk");
  await mkdir(disk);
  const fixture = fileURLToPath(new URL("./disk-full.fixture.ts", import.meta.url));
  const script = 'mount -t tmpfs -o size=32m none "$1" && exec "$2" "$3" "$1" "$4"';
  const args = [...(way ?? []), "sh", "-c", script, "sh", disk, process.execPath, fixture, folder];
  const { stdout, stderr, status } = unshare(args);
  expect(stderr).toBe("");
  expect(status).toBe(0);
  const { whenFull, whenRoomy } = JSON.parse(stdout);
  expect(whenFull).toMatchObject({
    receive: "storage_full",
    writeFile: "storage_full",
    tus: 507,
    check: "storage_full",
  });
  expect(whenFull).toMatchObject({ keys: ["kept"], finish: false, kept: 1024 * 1024 });
  expect(whenFull.offset).toBeGreaterThan(1024 * 1024);
  expect(whenRoomy).toMatchObject({ receive: "done", writeFile: "done", tus: 204, check: "done", finish: true });
  expect(whenRoomy.keys).toEqual(["film", "kept", "received", "written"]);
});

function unshare(args: string[]) {
  return spawnSync("/bin/sh", ["-c", 'exec unshare "$@"', "sh", ...args], { encoding: "utf8", timeout: 30_000 });
}
