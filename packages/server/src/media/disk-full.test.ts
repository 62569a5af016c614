/** When there is no room for what is made of a file, that is told as such, and the file is taken as soon as there is. */
import { spawnSync } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { ffmpeg, ffprobe, makeFolder, makeRecording } from "./media-processor.fixture.ts";

// In a mount namespace of its own: the small disk is seen by nobody else, and is gone with the process.
const asRoot = ["--mount"];
const asUser = ["--user", "--map-root-user", "--mount"];
const way = [asRoot, asUser].find((options) => {
  const script = `mount -t tmpfs -o size=1m none ${tmpdir()}`;
  return unshare([...options, "sh", "-c", script]).status === 0;
});
const reason = way ? "" : " (skipped: unshare may mount no tmpfs here)";

test.skipIf(way === undefined)(`a full disk is storage_full, and nothing is refused for it${reason}`, async () => {
  const disk = join(await makeFolder(), "disk");
  await mkdir(disk);
  const film = await makeRecording("a.mp4", "-f", "lavfi", "-i", "testsrc=size=320x180:duration=1", "-c:v", "mpeg4");
  const fixture = fileURLToPath(new URL("./disk-full.fixture.ts", import.meta.url));
  const script = 'mount -t tmpfs -o size=8m none "$1" && exec "$2" "$3" "$1" "$4" "$5" "$6"';
  const args = [...(way ?? []), "sh", "-c", script, "sh", disk, process.execPath, fixture, film, ffmpeg, ffprobe];
  const { stdout, stderr, status } = unshare(args);
  expect(stderr).toBe("");
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toEqual({
    whenFull: { cleaned: "storage_full", poster: "storage_full", variant: "storage_full" },
    whenRoomy: { cleaned: "done", poster: "done", variant: "done" },
  });
});

function unshare(args: string[]) {
  return spawnSync("/bin/sh", ["-c", 'exec unshare "$@"', "sh", ...args], { encoding: "utf8", timeout: 30_000 });
}
