/** A file's compressed forms: each is made once, when it is first asked for. */
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

type Encoding = "br" | "gzip";
type Bytes = Uint8Array<ArrayBuffer>;

export type Encodings = {
  /** The best that a client takes of what is ready, or is made at once; undefined for the bytes as they are. */
  choose(accepted: string | undefined): Promise<{ name: Encoding; bytes: Bytes } | undefined>;
};

const toGzip = promisify(gzip);
const toBrotli = promisify(brotliCompress);
const tooSmall = 512;
// Of the processors' threads, one at a time is busy with what nobody waits for.
let turn: Promise<unknown> = Promise.resolve();

/** Brotli's best takes seconds for large files: until it is done, gzip serves. */
export function toEncodings(bytes: Bytes): Encodings | undefined {
  if (bytes.length < tooSmall) return undefined;
  let zipped: Promise<Bytes> | undefined;
  let brotli: Bytes | undefined;
  let isBegun = false;
  function beginBrotli(): void {
    if (isBegun) return;
    isBegun = true;
    turn = turn.then(async () => {
      brotli = new Uint8Array(await toBrotli(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }));
    });
  }
  return {
    async choose(accepted) {
      const names = parseAccepted(accepted);
      if (names.has("br")) beginBrotli();
      if (names.has("br") && brotli) return { name: "br", bytes: brotli };
      if (!names.has("gzip")) return undefined;
      zipped ??= toGzip(bytes, { level: 9 }).then((made) => new Uint8Array(made));
      return { name: "gzip", bytes: await zipped };
    },
  };
}

/** What a header names, but for what it refuses by `q=0` (RFC 9110, 12.5.3). */
function parseAccepted(header = ""): Set<string> {
  const names = header.split(",").flatMap((entry) => {
    const [name = "", ...parameters] = entry.split(";").map((part) => part.trim().toLowerCase());
    return parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter)) ? [] : [name];
  });
  return new Set(names);
}
