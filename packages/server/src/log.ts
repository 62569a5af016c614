/** The log: structured lines, with secrets and message bodies kept out. */
import { pino } from "pino";

/** What the rest of the server asks of a logger; pino's loggers are such. */
export type Log = {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
};

const secretPaths = ["token", "authorization", "password", "content", "secret", "key"].flatMap((name) => [
  name,
  `*.${name}`,
]);

/** A logger that writes JSON lines to standard error, so that standard output stays for people. */
export function createLog(level: string): Log {
  const redact = { paths: secretPaths, censor: "[redacted]" };
  return pino({ level, redact, serializers: { err: describeError } }, pino.destination({ dest: 2, sync: true }));
}

/**
 * What is logged of an error: nothing that it merely carries. PostgreSQL's errors quote values of rows, and those of its
 * client hold the connection with its keys.
 */
function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) };
  const code = "code" in error && typeof error.code === "string" ? { code: error.code } : {};
  const cause = error.cause === undefined ? {} : { cause: describeError(error.cause) };
  return { type: error.name, message: error.message, ...code, stack: error.stack, ...cause };
}
