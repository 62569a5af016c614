/** What a failure of PostgreSQL means to a client. */
import { AppError } from "../app-error.ts";

// Classes and codes of https://www.postgresql.org/docs/current/errcodes-appendix.html
const storageCodes = new Set(["53100"]);
const passingClasses = new Set(["08", "53", "57", "58", "40"]);
const passingCodes = new Set(["55P03", "55000", "25P03", "25P02", "25006"]);
const connectionCodes = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOENT",
  "EPIPE",
  "ETIMEDOUT",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ECONNABORTED",
]);
const connectionMessages =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed|Query read timeout|Cannot use a pool after)/;

/** Whether the database, not the request, is at fault: the same request may succeed later. */
function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = codeOf(error);
  if (code === undefined) return connectionMessages.test(error.message);
  return passingClasses.has(code.slice(0, 2)) || passingCodes.has(code) || connectionCodes.has(code);
}

/** Turns a failure of the database into `storage_full` or `unavailable`, and leaves all else as it is. */
export function fromDatabaseError(error: unknown): unknown {
  if (error instanceof Error && storageCodes.has(codeOf(error) ?? ""))
    return new AppError("storage_full", { cause: error });
  if (isDatabaseAway(error)) return new AppError("unavailable", { cause: error, retryAfterSeconds: 1 });
  return error;
}

function codeOf(error: Error): string | undefined {
  return "code" in error && typeof error.code === "string" ? error.code : undefined;
}
