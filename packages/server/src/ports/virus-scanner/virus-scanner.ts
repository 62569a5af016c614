/** Who looks into files for viruses. */
import type { Readable } from "node:stream";

/** What a scanner found; `name` is the scanner's own name for the virus. */
export type ScanVerdict = { isClean: true } | { isClean: false; name: string };

/**
 * A file counts as clean only when the scanner has had all of it and says so. Whatever else happens (half an answer, an
 * answer that nobody understands, a file that the scanner gives up on) is an error, never a verdict.
 */
export type VirusScanner = {
  /**
   * Has a file looked into, streamed at the scanner's own pace. Scans may run at the same time.
   * The body is used up when the promise settles, whatever the outcome: read to its end, or destroyed.
   * @throws {AppError} `unavailable` when the scanner is away, slow, or ends without a whole answer: the same file may be
   *   scanned again later; `too_large` when the file is more than the scanner looks into: it will be so every time
   * @throws the body's own error, as it is, when the body fails or ends before its time
   */
  scan(body: Readable): Promise<ScanVerdict>;
  /** Whether the scanner can be reached and answers. @throws {AppError} `unavailable` */
  check(): Promise<void>;
};
