/** What the caller of a job is told when the worker died over it. */
import { AppError } from "../../app-error.ts";
import type { Death } from "./media-worker.ts";

const costly = "The file could not be read within the limits of time and memory.";
const unreadable = "The file could not be read.";

const errors: Record<Death, () => AppError> = {
  late: () => new AppError("unsupported_type", { message: costly }),
  memory: () => new AppError("unsupported_type", { message: costly }),
  crashed: () => new AppError("unsupported_type", { message: unreadable }),
  killed: () => new AppError("unsupported_type", { message: unreadable }),
  nonsense: () => new AppError("unsupported_type", { message: unreadable }),
  closed: () => new AppError("unavailable", { message: "The server is stopping." }),
};

export function explainDeath(death: Death): AppError {
  return errors[death]();
}
