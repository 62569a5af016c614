/** The sessions of a server that no socket can reach. */
import { AppError } from "../../app-error.ts";
import type { Sessions } from "./sessions.ts";

export const noSessions: Sessions = {
  renew: () => Promise.reject(new AppError("unavailable", { retryAfterSeconds: 1 })),
};
