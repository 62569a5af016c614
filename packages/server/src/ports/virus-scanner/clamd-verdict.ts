/** What clamd's answer says of a file. */
import { AppError } from "../../app-error.ts";
import { type ClamdAnswer, toUnavailable } from "./clamd-exchange.ts";
import type { ScanVerdict } from "./virus-scanner.ts";

/**
 * What an answer to INSTREAM means.
 * @throws {AppError} `too_large` or `unavailable` for whatever is no verdict
 */
export function toVerdict({ text, isEarly }: ClamdAnswer): ScanVerdict {
  if (text === "stream: OK" && !isEarly) return { isClean: true };
  if (isSizeRefusal(text)) throw toTooLarge(toUnexpected(text));
  const [, name] = /^stream: (\S.*) FOUND$/.exec(text) ?? [];
  if (name === undefined) throw toUnavailable(toUnexpected(text));
  // Not a virus: how clamd says, with AlertExceedsMax, that it has not looked into all of the file.
  if (name.startsWith("Heuristics.Limits.Exceeded")) throw toTooLarge(toUnexpected(text));
  return { isClean: false, name };
}

/** Whether clamd says that a file exceeds its StreamMaxLength. */
export function isSizeRefusal(text: string): boolean {
  return text.startsWith("INSTREAM size limit exceeded");
}

/** What stands for a file that clamd does not look into; the cause is for the log. */
export function toTooLarge(cause: unknown): AppError {
  return new AppError("too_large", {
    message: "The file is more than the virus scanner looks into.",
    cause,
  });
}

/** An answer, as the cause of an error. */
export function toUnexpected(text: string): Error {
  return new Error(`clamd answered ${JSON.stringify(text.slice(0, 200))}`);
}
