/** The closed list of error codes: what each means, its HTTP status, and whether a client may try again unchanged. */

type CodeDefinition = { status: number; retryable: boolean; summary: string };

export const errorCodes = {
  invalid_request: {
    status: 400,
    retryable: false,
    summary: "The request's shape or values are wrong; details say where.",
  },
  unauthenticated: {
    status: 401,
    retryable: false,
    summary: "The token is missing, expired, forged or meant for somebody else.",
  },
  forbidden: { status: 403, retryable: false, summary: "The caller may see the thing, and may not do this to it." },
  not_found: { status: 404, retryable: false, summary: "There is no such thing, or none that the caller may know of." },
  conflict: { status: 409, retryable: false, summary: "The request contradicts what is there already." },
  gone: { status: 410, retryable: false, summary: "It was there and has ended for good." },
  too_large: { status: 413, retryable: false, summary: "The request exceeds a size limit." },
  unsupported_type: { status: 415, retryable: false, summary: "The content type or message type is not accepted." },
  rate_limited: { status: 429, retryable: true, summary: "Too many requests; wait as long as retry_after says." },
  unavailable: { status: 503, retryable: true, summary: "A part that this needs is away for the moment." },
  storage_full: { status: 507, retryable: true, summary: "There is no room left to store it." },
  internal: { status: 500, retryable: true, summary: "A fault of the server, logged under the request id." },
} as const satisfies Record<string, CodeDefinition>;

export type ErrorCode = keyof typeof errorCodes;

/** What both doors answer when an operation fails. `retry_after` is in seconds. */
export type Failure = {
  success: false;
  error: string;
  code: ErrorCode;
  details?: unknown;
  retry_after?: number;
  request_id: string;
};
