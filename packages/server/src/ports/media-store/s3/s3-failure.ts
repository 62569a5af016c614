/** What S3's refusals mean. */
import type { AppError } from "../../../app-error.ts";
import { storageAway, storageFull } from "../storage-error.ts";
import { readXml, textOf } from "./read-xml.ts";

/** An answer of S3 that is no success. Most callers know what one or two of them mean; others are faults of ours. */
export class S3Refusal extends Error {
  readonly status: number;
  /** S3's own word for it, such as `NoSuchKey`; empty if the answer had no body. */
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(`S3 answered ${status} ${code}: ${message}`);
    this.name = "S3Refusal";
    this.status = status;
    this.code = code;
  }
}

/** A failure that may be over in a moment. */
export class PassingFailure extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = "PassingFailure";
  }
}

const fullCodes = new Set([
  ...["QuotaExceeded", "ServiceQuotaExceeded", "StorageFull", "EntityTooLarge", "InsufficientStorage"],
  ...["XMinioStorageFull", "XMinioAdminBucketQuotaExceeded"],
]);
const passingCodes = new Set(["SlowDown", "InternalError", "RequestTimeout", "ServiceUnavailable", "Throttling"]);
const passingStatuses = new Set([408, 425, 429, 500, 502, 503, 504]);

/** The error of an answer. */
export function toRefusal(status: number, body: string): S3Refusal {
  const { code, message } = readErrorBody(body);
  return new S3Refusal(status, code, message);
}

/** Whether a body says that the request failed, which S3 can find out when it has said 200 already. */
export function isErrorBody(body: string): boolean {
  return body.includes("<Error>") && readErrorBody(body).code !== "";
}

/** Whether the same request may go better in a moment. */
export function isPassing({ status, code }: S3Refusal): boolean {
  return (passingStatuses.has(status) || passingCodes.has(code)) && !fullCodes.has(code);
}

/** What a refusal means to those who store media; undefined if that depends on what was asked. */
export function toAppError(refusal: S3Refusal): AppError | undefined {
  const { status, code } = refusal;
  if (status === 507 || fullCodes.has(code)) return storageFull(refusal);
  if (isPassing(refusal) || status >= 500) return storageAway(refusal);
  if (status === 401 || status === 403) return storageAway(explain(refusal, "are the keys right, and is the clock?"));
  if (status >= 300 && status < 400) return storageAway(explain(refusal, "are the endpoint and the region right?"));
  if (code === "NoSuchBucket") return storageAway(explain(refusal, "is the bucket's name right?"));
  if (code === "AuthorizationHeaderMalformed") return storageAway(explain(refusal, "is the region right?"));
  return undefined;
}

function explain(refusal: S3Refusal, question: string): Error {
  return new Error(`${refusal.message} (${question})`, { cause: refusal });
}

// Whatever stands between us and the store may answer with something else, such as a page for people.
function readErrorBody(body: string): { code: string; message: string } {
  try {
    const error = readXml(body.trim());
    if (error.name !== "Error") return { code: "", message: "" };
    return { code: textOf(error, "Code") ?? "", message: textOf(error, "Message") ?? "" };
  } catch {
    return { code: "", message: body.slice(0, 200) };
  }
}
