/** Opens a zip through the window of a `ByteFile`: a library must not be led to read at impossible places. */
import { fromRandomAccessReaderPromise, RandomAccessReader, type ZipFile } from "yauzl";
import { BadFileError } from "./bad-file.ts";
import type { ByteFile } from "./byte-file.ts";

/** It needs no closing: the file is the caller's. @throws {BadFileError} when it is no zip */
export async function openZip(file: ByteFile): Promise<ZipFile> {
  const options = { autoClose: false, strictFileNames: true };
  return await readingZip(() => fromRandomAccessReaderPromise(new ByteFileReader(file), file.size, options));
}

/** What the library gives; what it finds wrong with a file becomes a `BadFileError`, a fault of the system does not. */
export async function readingZip<Value>(read: () => Promise<Value>): Promise<Value> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof BadFileError || (error instanceof Error && "syscall" in error)) throw error;
    throw new BadFileError("The list of what is in the file is broken.");
  }
}

class ByteFileReader extends RandomAccessReader {
  readonly #file: ByteFile;

  constructor(file: ByteFile) {
    super();
    this.#file = file;
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    this.#file.read(position, length).then(
      (bytes) => {
        bytes.copy(buffer, offset);
        // Out of the promise: what the library throws from its callback would be taken for a fault of the reading.
        setImmediate(callback, null);
      },
      (error: Error) => setImmediate(callback, error),
    );
  }
}
