/** Reads a request's body for as long as it keeps coming (G11). */
import { AppError } from "../app-error.ts";

type Limits = {
  /** How long one may wait for more of it. */
  idleMs: number;
  /** How long all of it may take. */
  totalMs: number;
  /** Ends it before its time. */
  signal?: AbortSignal;
};

/** The chunks of a body. @throws {AppError} `invalid_request` when it does not come in time, or breaks off */
export async function* readInTime(body: ReadableStream<Uint8Array>, limits: Limits): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  const late = Promise.withResolvers<never>();
  // It is listened to only while something is read.
  late.promise.catch(() => {});
  let isReading = false;
  limits.signal?.addEventListener("abort", () => late.reject(brokeOff()), { once: true });
  const idle = setTimeout(() => isReading && late.reject(brokeOff()), limits.idleMs);
  const total = setTimeout(() => late.reject(brokeOff()), limits.totalMs);
  try {
    for (;;) {
      isReading = true;
      idle.refresh();
      const { done, value } = await Promise.race([reader.read(), late.promise]);
      isReading = false;
      if (done) return;
      yield value;
    }
  } catch (cause) {
    // Nobody hears it if the client hung up. But neither we nor the database did anything wrong.
    throw cause instanceof AppError ? cause : brokeOff(cause);
  } finally {
    clearTimeout(idle);
    clearTimeout(total);
    // What is left of it is of no use, nor is word that it could not be given up because it had broken.
    reader.cancel().catch(() => {});
  }
}

function brokeOff(cause?: unknown): AppError {
  return new AppError("invalid_request", { cause, message: "The body broke off." });
}
