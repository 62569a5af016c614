/** Files as attackers and broken programs make them, each with what must become of it. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { badPictures } from "./clean/bad-pictures.fixture.ts";
import { tellingPictures } from "./clean/telling-pictures.fixture.ts";
import { badClaims } from "./identify/bad-claims.fixture.ts";
import { badDocuments } from "./identify/bad-documents.fixture.ts";
import { badRecordings } from "./identify/bad-recordings.fixture.ts";
import { badZips } from "./identify/bad-zips.fixture.ts";

type Expected = "refused" | "neutralised" | "either";

/** `forbidden` are byte strings that must not be in what others get. */
type Fate = { name: string; claimed: string; expected: Expected; forbidden?: Buffer[] };

/** A file that is not written yet. */
export type BadBytes = Fate & { bytes: Buffer };

export type BadFile = Fate & { path: string };

const sources = [badClaims, badPictures, tellingPictures, badRecordings, badDocuments, badZips];

/** Writes the files one after the other; the folder is the caller's to remove. */
export async function* makeBadFiles(folder: string): AsyncGenerator<BadFile> {
  let number = 0;
  for (const source of sources) {
    for await (const { bytes, ...file } of source()) {
      number += 1;
      // The name that a file has on the disk is ours, whatever it is called.
      const path = join(folder, `bad-${number}`);
      await writeFile(path, bytes);
      yield { ...file, path };
    }
  }
}
