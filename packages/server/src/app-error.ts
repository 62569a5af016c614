/** The one error that means something to a client; whatever else is thrown is a fault of ours. */
import { type ErrorCode, errorCodes, type Failure } from "@pipit/protocol/errors";

type Options = { message?: string; details?: unknown; cause?: unknown; retryAfterSeconds?: number };

/** An answer from the closed list of codes; the two doors turn it into a reply. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly details: unknown;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, options: Options = {}) {
    super(options.message ?? errorCodes[code].summary, { cause: options.cause });
    this.name = "AppError";
    this.code = code;
    this.details = options.details;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** The envelope of a failed request. */
export function toFailure(error: AppError, requestId: string): Failure {
  return {
    success: false,
    error: error.message,
    code: error.code,
    ...(error.details === undefined ? {} : { details: error.details }),
    ...(error.retryAfterSeconds === undefined ? {} : { retry_after: error.retryAfterSeconds }),
    request_id: requestId,
  };
}
