/** Tells a system call's failure by its code. */

/** Whether `error` is a failure of the operating system with one of the codes. */
export function isErrno(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && "code" in error && typeof error.code === "string" && codes.includes(error.code);
}
