/** Cuts a stream into lines of bounded length: the other side may be in a stranger's hands. */
import type { Readable } from "node:stream";

type Reader = { maxBytes: number; onLine: (line: string) => void; onOverflow: () => void };

/** Calls `onLine` for each line. When one grows longer than `maxBytes`, reads no more and calls `onOverflow`, once. */
export function readLines(stream: Readable, { maxBytes, onLine, onOverflow }: Reader): void {
  let rest = Buffer.alloc(0);
  const take = (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    for (let end = rest.indexOf("\n"); end !== -1; end = rest.indexOf("\n")) {
      const line = rest.toString("utf8", 0, end);
      rest = rest.subarray(end + 1);
      onLine(line);
    }
    if (rest.length <= maxBytes) return;
    rest = Buffer.alloc(0);
    // What a stream holds already comes even after it was destroyed.
    stream.off("data", take);
    stream.destroy();
    onOverflow();
  };
  stream.on("data", take);
}
