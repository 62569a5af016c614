/** What the caller of a job is told when the worker died over it. */
import { AppError } from "../../app-error.ts";
import type { Death } from "./media-worker.ts";

const costly = "The file could not be read within the limits of time and memory.";
const unreadable = "The file could not be read.";

const refuse = (message: string) => () => new AppError("unsupported_type", { message });

// Not the file's fault, as far as one can tell: it is kept, and may be tried again.
const putOff = () =>
  new AppError("unavailable", {
    message: "The file could not be looked at for the moment; please try again.",
    retryAfterSeconds: 5,
  });

const errors: Record<Death, () => AppError> = {
  costly: refuse(costly),
  memory: refuse(costly),
  crashed: refuse(unreadable),
  nonsense: refuse(unreadable),
  late: putOff,
  killed: putOff,
  closed: () => new AppError("unavailable", { message: "The server is stopping." }),
};

export function explainDeath(death: Death): AppError {
  return errors[death]();
}
