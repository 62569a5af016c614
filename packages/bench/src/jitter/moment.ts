/** A clock that all processes of this machine share. */

/** Milliseconds of the machine's own steady clock: comparable between processes, and with nothing else. */
export function moment(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
