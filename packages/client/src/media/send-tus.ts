/** Sends what an upload lacks by the tus protocol (tus.io, 1.0.0, core). */
import { fromFailure } from "../errors.ts";
import type { Answer } from "./send-bytes.ts";
import type { Transfer } from "./transfer.ts";

const version = { "Tus-Resumable": "1.0.0" };
const patchHeaders = { ...version, "Content-Type": "application/offset+octet-stream" };

/**
 * In chunks: a proxy that keeps bodies back until they are whole then costs one chunk when the network breaks, and where
 * nothing tells of progress, they do.
 * @throws {PipitError} what ended it; what has arrived stays
 */
export async function sendTus(transfer: Transfer, url: string, chunkSize: number): Promise<void> {
  const { blob, send, signal, onKept } = transfer;
  let offset = toOffset(await send({ method: "HEAD", url, headers: version, signal }), 0);
  onKept(offset);
  while (offset < blob.size) {
    const start = offset;
    const answer = await send({
      method: "PATCH",
      url,
      signal,
      body: blob.slice(start, start + chunkSize),
      headers: { ...patchHeaders, "Upload-Offset": String(start) },
      onSent: (bytes) => transfer.onSent(start + bytes),
    });
    offset = toOffset(answer, start + 1);
    onKept(offset);
  }
}

// Something in between may answer for the server; the same offset for ever would never end.
function toOffset(answer: Answer, least: number): number {
  const offset = Number(answer.header("Upload-Offset") ?? "none");
  if (offset >= least) return offset;
  throw fromFailure({ code: "unavailable", error: "The answer has no offset." });
}
