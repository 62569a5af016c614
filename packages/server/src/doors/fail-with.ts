/** What a client is told of an error, and what the log is told. */
import { randomUUID } from "node:crypto";
import type { Failure } from "@pipit/protocol/errors";
import { AppError, toFailure } from "../app-error.ts";
import { fromDatabaseError } from "../db/database-error.ts";
import type { Log } from "../log.ts";

type Where = { request_id?: string; operation: string; tenant_id?: string; user_id?: string };

/** The envelope of a failure; bugs are logged with their cause, refusals are not news. */
export function failWith(log: Log, error: unknown, where: Where): { error: AppError; failure: Failure } {
  const requestId = where.request_id ?? randomUUID();
  const meaning = fromDatabaseError(error);
  const known = meaning instanceof AppError ? meaning : new AppError("internal", { cause: error });
  const fields = { ...where, request_id: requestId, code: known.code };
  if (known.code === "internal") log.error({ ...fields, err: error }, "an operation failed");
  else if (known.code === "unavailable" || known.code === "storage_full") {
    log.warn({ ...fields, err: known.cause ?? known }, "an operation could not be done");
  } else log.debug(fields, "an operation was refused");
  return { error: known, failure: toFailure(known, requestId) };
}
