/** What a failed attempt is told as. */
import type { PushOutcome } from "./push-sender.ts";

const detailCharacters = 200;
const longestRetryAfterSeconds = 3_600;

/** Words of others, made fit to be kept and shown: one line of visible characters. */
export function toDetail(...parts: (string | number | undefined)[]): string {
  const text = parts.filter((part) => part !== undefined && part !== "").join(" ");
  return text
    .replaceAll(/[\p{C}\s]+/gu, " ")
    .trim()
    .slice(0, detailCharacters);
}

/** An attempt that ended without an answer: whoever should have answered may do so later. */
export function failedWithout(error: unknown): PushOutcome {
  return { result: "failed", isRetryable: true, detail: toDetail(describe(error)) };
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  return error.message.includes(code) ? error.message : `${code} ${error.message}`;
}

/** The same, without a word that the other side may have chosen. */
export function failedTersely(error: unknown): PushOutcome {
  const code = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
  // What is without a code is ours: that there was no answer in time.
  return code === undefined ? failedWithout(error) : { result: "failed", isRetryable: true, detail: toDetail(code) };
}

/** An answer that refuses: too much for now, or a fault of theirs, may pass; all else will not. */
export function refused(
  status: number,
  detail: string,
  retryAfter: string | undefined,
): Extract<PushOutcome, { result: "failed" }> {
  const isRetryable = status === 408 || status === 429 || status >= 500;
  const isOursToMend = status === 401 || status === 403;
  const retryAfterSeconds = toSeconds(retryAfter);
  return { result: "failed", isRetryable, isOursToMend, detail: toDetail(status, detail), retryAfterSeconds };
}

// RFC 9110 10.2.3 also allows a date; none of the providers gives one, and to go by our own back-off is no fault.
function toSeconds(retryAfter: string | undefined): number | undefined {
  if (retryAfter === undefined || !/^\d{1,9}$/.test(retryAfter)) return undefined;
  return Math.min(Number(retryAfter), longestRetryAfterSeconds);
}
