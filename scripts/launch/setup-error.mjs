/** A failure of set-up that its reader can mend: the message says how. */
export class SetupError extends Error {
  /** @param {string} message
   * @param {{ cause?: unknown, exitCode?: number }} [options] */
  constructor(message, { cause, exitCode = 1 } = {}) {
    super(message, { cause });
    this.exitCode = exitCode;
  }
}
