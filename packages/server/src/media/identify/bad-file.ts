/** How the readers of strangers' files say no: they throw, and the two doors turn that into a refusal. */
import type { Refusal } from "../media-processor.ts";

/** A file is not what it should be. The message is for people, and names no bytes of the file. */
export class BadFileError extends Error {
  readonly code: Refusal["code"];

  constructor(message: string, code: Refusal["code"] = "unsupported_type") {
    super(message);
    this.name = "BadFileError";
    this.code = code;
  }
}

/** What `work` gives, or the refusal that its `BadFileError` stands for; whatever else it throws is passed on. */
export async function catchRefusal<Value>(work: () => Promise<Value>): Promise<Value | Refusal> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof BadFileError) return { code: error.code, message: error.message };
    throw error;
  }
}

/** How many parts of a file may be looked at: files are made that have no end of them. */
export class Budget {
  #left: number;

  constructor(parts: number) {
    this.#left = parts;
  }

  /** @throws {BadFileError} when there are too many */
  take(): void {
    this.#left -= 1;
    if (this.#left < 0) throw new BadFileError("The file has too many parts.");
  }
}
