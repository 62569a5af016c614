/** What lies in the folders of a server: its store's, and those for what it has in hand. */
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { isErrno } from "../../src/db/embedded/errno.ts";
import { ownerKey } from "../../src/features/media/store-owner.ts";

export type MediaFolders = {
  /** For PIPIT_DATA_DIR. */
  dataDir: string;
  /** Of the store, for MEDIA_URL as `file://${root}`. */
  root: string;
  /** Finished objects of media, as paths below the store's own folder for them. */
  objects(): Promise<string[]>;
  /** Whatever else there is: what is being written, uploaded in pieces, or looked at. */
  unfinished(): Promise<string[]>;
  remove(): Promise<void>;
};

/** Folders for a server of a test. */
export async function createMediaFolders(): Promise<MediaFolders> {
  const top = await mkdtemp(join(tmpdir(), "pipit-stored-"));
  const dataDir = join(top, "data");
  const root = join(top, "store");
  return {
    dataDir,
    root,
    objects: async () => (await listFiles(join(root, "objects"))).filter((path) => path !== ownerKey),
    async unfinished() {
      const folders = [join(root, "incoming"), join(root, "resumable"), join(dataDir, "tmp")];
      return (await Promise.all(folders.map(listFiles))).flat();
    },
    remove: () => rm(top, { recursive: true, force: true }),
  };
}

/** All files below a folder, by their paths in it; none if the folder is not there. */
export async function listFiles(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => !entry.isDirectory());
    return files.map((entry) => relative(folder, join(entry.parentPath, entry.name))).sort();
  } catch (error) {
    // A folder that is emptied and removed meanwhile has nothing in it.
    if (isErrno(error, "ENOENT")) return [];
    throw error;
  }
}
