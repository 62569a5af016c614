/** Fills the small disk that it is given, and tells on its output what the media processor made of that. */
import { appendFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { isErrno } from "../db/embedded/errno.ts";
import { createMediaProcessor } from "./create-media-processor.ts";
import { box, film } from "./identify/build-boxes.fixture.ts";

const [disk = "", cleanFilm = "", ffmpegPath, ffprobePath] = process.argv.slice(2);
const log = { debug() {}, info() {}, warn() {}, error() {} };
const processor = createMediaProcessor({ log, ffmpegPath, ffprobePath });
const bare = createMediaProcessor({ log, ffmpegPath: "/nonexistent", ffprobePath: "/nonexistent" });

const files = join(disk, "files");
await mkdir(files);
const tellingFilm = join(files, "telling.mp4");
await writeFile(tellingFilm, film({ inMoov: box("udta", "a place"), samples: Buffer.alloc(2_000_000, 7) }));
const picture = join(files, "picture.png");
const red = sharp({ create: { width: 300, height: 200, channels: 3, background: "red" } });
await writeFile(picture, await red.png().toBuffer());

async function codeOf(work: (folder: string) => Promise<unknown>): Promise<string> {
  const folder = await mkdtemp(join(disk, "work-"));
  return await work(folder)
    .then(
      () => "done",
      (error: unknown) => (error instanceof Error && "code" in error ? String(error.code) : String(error)),
    )
    .finally(() => rm(folder, { recursive: true }));
}

/** Every way of writing, each ending with its code. */
async function writeAll() {
  const variant = { width: 96, height: 96, fit: "contain", format: "webp" } as const;
  return {
    cleaned: await codeOf((folder) => bare.inspect(tellingFilm, "video/mp4", folder)),
    poster: await codeOf((folder) => processor.inspect(cleanFilm, "video/mp4", folder)),
    variant: await codeOf((folder) => processor.transform(picture, join(folder, "small"), variant)),
  };
}

async function fill(path: string): Promise<void> {
  try {
    for (;;) await appendFile(path, Buffer.alloc(4096));
  } catch (error) {
    if (!isErrno(error, "ENOSPC")) throw error;
  }
}

const filler = join(disk, "filler");
await fill(filler);
const whenFull = await writeAll();
await rm(filler);
const whenRoomy = await writeAll();
process.stdout.write(JSON.stringify({ whenFull, whenRoomy }));
await Promise.all([processor.close(), bare.close()]);
