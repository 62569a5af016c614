/** Finds out whether clamd hung up because a file exceeded its StreamMaxLength. */
import { AppError } from "../../app-error.ts";
import { type ClamdExchange, sayInstream } from "./clamd-exchange.ts";
import { isSizeRefusal } from "./clamd-verdict.ts";

const maxLength = 0xffff_ffff;

/**
 * Whether an answer may have been lost: clamd says that a file is too large and hangs up while we send, and our next write
 * to the dead connection destroys the socket, with the answer unread in it. No order of reads and writes prevents it.
 */
export function mayHaveLostAnswer(failure: unknown): boolean {
  const cause = failure instanceof AppError ? failure.cause : undefined;
  return cause instanceof Error && "code" in cause && (cause.code === "EPIPE" || cause.code === "ECONNRESET");
}

/**
 * Whether clamd refuses a file of so many bytes. It does at the mere announcement of a piece of that length, after which
 * nothing is sent that could make the answer get lost; to one that it takes it says nothing, until time is up.
 */
export async function exceedsSizeLimit(bytes: number, exchange: ClamdExchange): Promise<boolean> {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(Math.min(bytes, maxLength));
  const refused = exchange.answer.then(
    ({ text }) => isSizeRefusal(text),
    // Then we don't know, and the failure that made us ask stands.
    () => false,
  );
  await exchange.send(Buffer.concat([sayInstream, length]));
  return await refused;
}
