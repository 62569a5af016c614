/** What a cleaner gives. */
import type { ByteFile } from "../identify/byte-file.ts";
import type { Pieces } from "./pieces.ts";

/** What may stay of a file, and the orientation of a picture (1 to 8), where it tells one. */
export type Cleaned = { pieces: Pieces; orientation?: number | undefined };

/** @throws {BadFileError} when the file is broken */
export type Cleaner = (file: ByteFile) => Promise<Cleaned>;
