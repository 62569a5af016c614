/** A virus scanner that asks clamd, ClamAV's daemon, over TCP or a unix socket (clamd(8), "INSTREAM"). */
import type { Readable } from "node:stream";
import { type ClamdExchange, openExchange, sayInstream, toUnavailable } from "./clamd-exchange.ts";
import { exceedsSizeLimit, mayHaveLostAnswer } from "./clamd-size-limit.ts";
import { parseClamdUrl } from "./clamd-url.ts";
import { toTooLarge, toUnexpected, toVerdict } from "./clamd-verdict.ts";
import type { ScanVerdict, VirusScanner } from "./virus-scanner.ts";

export type ClamdScannerOptions = {
  /** `tcp://host:port` or `unix:/path`. */
  url: string;
  /** How long one scan may take in all; more than clamd's own MaxScanTime (120 s unless set), or slow files never pass. */
  timeoutMs: number;
  /** How long nothing may move while a file is sent, and how long a check may take; 30 s or `timeoutMs` unless given. */
  idleTimeoutMs?: number;
};

// Pieces are small so that a slow connection still shows that it moves.
const pieceBytes = 65_536;
// How long clamd is asked again, when it hung up, whether the file was too large.
const maxInquiryMs = 1_000;
const endOfFile = Buffer.alloc(4);

/**
 * clamd says OK to a file above its MaxFileSize without looking into it, and likewise skips what is large within archives.
 * So its StreamMaxLength must not exceed its MaxFileSize (their defaults are equal), and AlertExceedsMax should be on:
 * both then end as `too_large`. Nothing in the protocol tells a client how clamd is set up.
 * @throws {Error} if the URL is not one of clamd's
 */
export function createClamdScanner(options: ClamdScannerOptions): VirusScanner {
  const { url, timeoutMs, idleTimeoutMs = 30_000 } = options;
  const address = parseClamdUrl(url);
  const idleMs = Math.min(idleTimeoutMs, timeoutMs);
  const open = (totalMs: number) => openExchange(address, { totalMs, idleMs: Math.min(idleMs, totalMs) });
  return {
    scan: async (body) => {
      if (body.readableDidRead) throw new Error("the body to scan has been read from: what is left is not the file");
      return await scan(body, open(timeoutMs), () => open(Math.min(idleMs, maxInquiryMs)));
    },
    check: async () => await check(open(idleMs)),
  };
}

async function scan(body: Readable, exchange: ClamdExchange, reopen: () => ClamdExchange): Promise<ScanVerdict> {
  // Reading the body reports its errors; but one that comes before or after we read, unheard, would end the process.
  body.on("error", () => {});
  const progress = { bytes: 0 };
  const sent = sendFile(body, exchange, progress);
  const answer = exchange.answer.catch(async (failure: unknown) => {
    const isTooLarge = mayHaveLostAnswer(failure) && (await exceedsSizeLimit(progress.bytes, reopen()));
    throw isTooLarge ? toTooLarge(failure) : failure;
  });
  try {
    return toVerdict(await Promise.race([answer, sent.then(() => answer)]));
  } finally {
    exchange.close();
    body.destroy();
  }
}

async function check(exchange: ClamdExchange): Promise<void> {
  const [{ text }] = await Promise.all([exchange.answer, exchange.finish(Buffer.from("zPING\0"))]);
  if (text !== "PONG") throw toUnavailable(toUnexpected(text));
}

/** Counts in `progress` what clamd has been told of. */
async function sendFile(body: Readable, exchange: ClamdExchange, progress: { bytes: number }): Promise<void> {
  if (!(await exchange.send(sayInstream))) return;
  for await (const chunk of body as AsyncIterable<Uint8Array | string>) {
    for (const piece of cutIntoPieces(chunk)) {
      progress.bytes += piece.length;
      if (!(await exchange.send(withLength(piece)))) return;
    }
  }
  await exchange.finish(endOfFile);
}

/** None has no bytes: its length would read as the end of the file. */
function* cutIntoPieces(chunk: Uint8Array | string): Generator<Uint8Array> {
  const bytes = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
  for (let start = 0; start < bytes.length; start += pieceBytes) {
    yield bytes.subarray(start, start + pieceBytes);
  }
}

function withLength(piece: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(piece.length);
  return Buffer.concat([length, piece]);
}
