/** What the SDK's promises reject with. */
import type { ErrorCode } from "@pipit/protocol/errors";

/** A code of the server, or what kept a call from having an answer of it. */
export type PipitErrorCode = ErrorCode | "network" | "timeout" | "aborted";

type Details = {
  message?: string | undefined;
  /** Whether the same call may be made again: with its client id it has an effect once. */
  retryable: boolean;
  /** How long the server wants to be left alone. */
  retryAfterMs?: number | undefined;
  details?: unknown;
  requestId?: string | undefined;
  cause?: unknown;
};

export class PipitError extends Error {
  override readonly name = "PipitError";
  readonly code: PipitErrorCode;
  declare readonly retryable: boolean;
  declare readonly retryAfterMs: number | undefined;
  declare readonly details: unknown;
  declare readonly requestId: string | undefined;

  constructor(code: PipitErrorCode, { message = code, cause, ...details }: Details) {
    super(message, { cause });
    this.code = code;
    Object.assign(this, details);
  }
}

// As packages/protocol/src/errors.ts has them; a test compares the two. Its table would bring all summaries along.
const retryableCodes: ReadonlySet<string> = new Set(["rate_limited", "unavailable", "storage_full", "internal"]);

/** A failure as both doors tell it. */
export type WireFailure = {
  code?: unknown;
  error?: unknown;
  details?: unknown;
  retry_after?: unknown;
  request_id?: unknown;
};

/** The error that a failure of the server stands for. */
export function fromFailure(failure: WireFailure): PipitError {
  const code = (textOf(failure.code) ?? "internal") as ErrorCode;
  return new PipitError(code, {
    message: textOf(failure.error),
    retryable: retryableCodes.has(code),
    retryAfterMs: typeof failure.retry_after === "number" ? failure.retry_after * 1000 : undefined,
    details: failure.details,
    requestId: textOf(failure.request_id),
  });
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** The error of a call that has no answer, because the connection ended or could not be made. */
export function networkError(cause?: unknown): PipitError {
  return new PipitError("network", { message: "The server can't be reached.", retryable: true, cause });
}

/** The error of a call whose answer did not come in time; it may have had its effect. */
export function timeoutError(): PipitError {
  return new PipitError("timeout", { message: "No answer in time.", retryable: true });
}

/** The error of a call that the caller gave up. */
export function abortedError(cause?: unknown): PipitError {
  return new PipitError("aborted", { message: "Given up.", retryable: false, cause });
}

/**
 * Whatever was thrown, as a PipitError; what is none is a fault of this side.
 * @param retryable whether such a fault may pass
 */
export function toPipitError(error: unknown, retryable = true): PipitError {
  if (error instanceof PipitError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new PipitError("internal", { message, retryable, cause: error });
}

/** Whether the server refused because this device was logged out: another token would undo that. */
export function isLogOut({ details }: PipitError): boolean {
  return (details as { reason?: unknown } | undefined)?.reason === "device_logged_out";
}
