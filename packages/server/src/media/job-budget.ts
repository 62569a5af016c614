/** How much time a job may take: a large file needs some merely to be read and copied. */
import type { MediaLimits } from "./media-limits.ts";

/**
 * `cpuMs` is time of the processor, null where the system doesn't tell how much was used; `wallMs` is how long the job may
 * take in all.
 */
export type Budget = { cpuMs: number | null; wallMs: number };

// Copying takes two to three seconds of the processor per GB.
const plainBytes = 1_000_000_000;
// A disk that many use at once may be no faster.
const bytesPerMs = 5000;
const longestMs = 600_000;

/**
 * The budget of a job over a file of `size` bytes. A job that exceeds `cpuMs` has a bad file; one that exceeds `wallMs`
 * alone has a busy machine, and may be done later.
 *
 * Where only the time is known, there is no telling one from the other. There the file is held to be bad, and `wallMs` is
 * the shorter for it: a file that hangs whatever reads it would otherwise be tried again for ever.
 */
export function makeBudget({ cpuMs, patienceMs }: MediaLimits, size: number, isCpuTold: boolean): Budget {
  const allowedCpuMs = Math.ceil(cpuMs * Math.max(1, size / plainBytes));
  const patience = (isCpuTold ? patienceMs : allowedCpuMs) + Math.ceil(size / bytesPerMs);
  return { cpuMs: isCpuTold ? allowedCpuMs : null, wallMs: Math.min(patience, longestMs) };
}
