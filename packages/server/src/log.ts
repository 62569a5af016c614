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
  return pino(
    { level, redact: { paths: secretPaths, censor: "[redacted]" } },
    pino.destination({ dest: 2, sync: true }),
  );
}
