/** Reads a request's body for as long as it keeps coming (G11). */
import { AppError } from "../app-error.ts";

type Limits = {
  /** How long one may wait for more of it. */
  idleMs: number;
  /** How long all of it may take. */
  totalMs: number;
  /** Ends it before its time. */
  signal?: AbortSignal | undefined;
};

/** A body of bytes, as requests have. */
type Body = ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;

/** The chunks of a body. @throws {AppError} `invalid_request` when it does not come in time, or breaks off */
export async function* readInTime(body: Body, { idleMs, totalMs, signal }: Limits): AsyncGenerator<Uint8Array> {
  const chunks: AsyncIterator<Uint8Array> = body[Symbol.asyncIterator]();
  let fail: ((error: Error) => void) | undefined;
  let isOver = signal?.aborted === true;
  const giveUp = () => fail?.(brokeOff());
  const end = () => {
    isOver = true;
    giveUp();
  };
  const idle = setTimeout(giveUp, idleMs);
  const total = setTimeout(end, totalMs);
  signal?.addEventListener("abort", end);
  // Not a race with one promise for all chunks: that would hold on to each of them until the body has ended.
  const read = () =>
    new Promise<IteratorResult<Uint8Array>>((resolve, reject) => {
      // It is listened to only while something is read.
      fail = reject;
      if (isOver) giveUp();
      chunks.next().then(resolve, reject);
    });
  try {
    for (;;) {
      idle.refresh();
      const { done, value } = await read();
      fail = undefined;
      if (done) return;
      yield value;
    }
  } catch (cause) {
    // Nobody hears it if the client hung up. But neither we nor the database did anything wrong.
    throw cause instanceof AppError ? cause : brokeOff(cause);
  } finally {
    clearTimeout(idle);
    clearTimeout(total);
    signal?.removeEventListener("abort", end);
    // What is left of it is of no use, nor is word that it could not be given up because it had broken.
    chunks.return?.().catch(() => {});
  }
}

function brokeOff(cause?: unknown): AppError {
  return new AppError("invalid_request", { cause, message: "The body broke off." });
}
