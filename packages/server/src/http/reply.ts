/** What the REST door answers when something failed. */
import { errorCodes } from "@pipit/protocol/errors";
import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { AppError } from "../app-error.ts";
import { failWith } from "../doors/fail-with.ts";
import type { Log } from "../log.ts";

/** Answers with the envelope of a failure. */
export function reply(c: Context, log: Log, cause: unknown, operation: string): Response {
  const { error, failure } = failWith(log, cause, { request_id: c.get("requestId"), operation });
  if (error.code === "unauthenticated") c.header("WWW-Authenticate", "Bearer");
  if (failure.retry_after !== undefined) c.header("Retry-After", String(failure.retry_after));
  return c.json(failure, statusOf(error));
}

function statusOf(error: AppError): ContentfulStatusCode {
  return errorCodes[error.code].status;
}
