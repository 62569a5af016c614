/** Files for the tests of virus scanners, as streams. */
import { Readable } from "node:stream";

/**
 * The 68 bytes that every scanner calls a virus and that do nothing (eicar.org). Put together here, so that no scanner
 * takes this source for one.
 */
export const eicar = Buffer.from(
  ["X5O!P%@AP[4\\PZX54(P^)7CC)7}$", "EICAR", "-STANDARD-ANTIVIRUS-", "TEST-FILE", "!$H+H*"].join(""),
);

/** Harmless bytes. */
export function makeHarmless(bytes: number): Buffer {
  return Buffer.alloc(bytes, "The pipit is a small brown bird.\n");
}

/** A stream of some bytes, cut into pieces. */
export function streamInPieces(bytes: Buffer, pieceBytes: number): Readable {
  return Readable.from(cut(bytes, pieceBytes), { objectMode: false });
}

/** A stream that never ends, and how many bytes have been taken from it. */
export function streamForEver(pieceBytes: number): { body: Readable; taken: () => number } {
  const piece = makeHarmless(pieceBytes);
  let taken = 0;
  const body = new Readable({
    read() {
      taken += piece.length;
      this.push(piece);
    },
  });
  return { body, taken: () => taken };
}

/** A stream that gives some bytes and then nothing more, without an end. */
export function streamThatStalls(bytes = makeHarmless(1_000)): Readable {
  const body = new Readable({ read() {} });
  body.push(bytes);
  return body;
}

/** A stream that gives some bytes, and is then destroyed. */
export function streamThatBreaks(error: Error | undefined): Readable {
  let isFirst = true;
  return new Readable({
    read() {
      if (isFirst) this.push(makeHarmless(100_000));
      else this.destroy(error);
      isFirst = false;
    },
  });
}

function* cut(bytes: Buffer, pieceBytes: number): Generator<Buffer> {
  for (let start = 0; start < bytes.length; start += pieceBytes) yield bytes.subarray(start, start + pieceBytes);
}
