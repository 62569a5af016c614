/** The time, in one place: a test's browser sets it for all. */

/** Milliseconds since 1970. */
export function now(): number {
  return Date.now();
}
