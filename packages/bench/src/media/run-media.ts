/** The `media` scenario: Pipit beside a bare file server on the same disk, then thumbnails. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { describeMachine, readVersions } from "../machine.ts";
import { findFreePort } from "../processes/free-port.ts";
import { readPeakBytes, readResidentBytes } from "../processes/memory.ts";
import { jwtSecret, startPipit } from "../processes/pipit-server.ts";
import { startPlainServer } from "../processes/plain-server.ts";
import type { Scope } from "../processes/scope.ts";
import { makeTempFolder } from "../processes/temp-folder.ts";
import { watchMemory } from "../processes/watch-memory.ts";
import { createRandom } from "../random.ts";
import type { Progress } from "../scenario.ts";
import { signToken } from "../token.ts";
import { makePicture, makeTable } from "./content.ts";
import { toPipitFiles, toPlainFiles } from "./file-server.ts";
import type { Findings } from "./media-result.ts";
import { connectMedia } from "./pipit-media.ts";
import { runThumbnails } from "./thumbnails.ts";
import { runRounds } from "./transfer-rounds.ts";

export type MediaOptions = {
  seed: number;
  /** Of the file that is sent and fetched. */
  fileBytes: number;
  rounds: number;
  /** Of the picture that thumbnails are made of. */
  pixels: number;
  pictures: number;
  /** How often each thumbnail is fetched again. */
  repeats: number;
};

/** Starts everything that it needs; the scope ends it. */
export async function runMedia(scope: Scope, options: MediaOptions, progress: Progress): Promise<Findings> {
  const random = createRandom(options.seed);
  const table = makeTable(options.fileBytes, random);
  const picture = await makePicture(options.pixels, random);
  progress("starting the server and the plain server");
  const { server, plain, dataDir } = await startServers(scope, options.fileBytes);
  const rest = await readResidentBytes(server.pid);
  const watch = watchMemory(scope, server, "worker-main");
  const media = connectMedia(server.url, signToken(jwtSecret, { userId: "bench" }));
  const confirmMs: number[] = [];
  const servers = {
    pipit: toPipitFiles(server.pid, media, (ms) => confirmMs.push(ms)),
    plain: toPlainFiles(plain),
  };
  const rounds = await runRounds(servers, table, options.rounds, progress);
  const afterRounds = await watch.read();
  const { pictures, repeats } = options;
  const thumbnails = await runThumbnails(server.pid, media, { picture, pictures, repeats }, progress);
  const memory = { rest, afterRounds, peak: await watch.stop(), plain: await readPeakBytes(plain.pid) };
  for (const child of [plain, server]) await child.stop();
  return {
    seed: options.seed,
    fileBytes: table.size,
    pictureBytes: picture.size,
    pixels: options.pixels,
    rounds,
    confirmMs,
    thumbnails,
    memory,
    machine: describeMachine(),
    versions: await readVersions(dataDir),
  };
}

async function startServers(scope: Scope, fileBytes: number) {
  const folder = await makeTempFolder(scope);
  const [dataDir, plainDir] = [join(folder, "data"), join(folder, "plain")];
  await mkdir(plainDir);
  const server = await startPipit(scope, {
    port: await findFreePort(),
    dataDir,
    settings: { PIPIT_MAX_UPLOAD: String(Math.max(fileBytes, 2 ** 30)), PIPIT_MEDIA_QUOTA_USER: "off" },
  });
  return { server, plain: await startPlainServer(scope, await findFreePort(), plainDir), dataDir };
}
