/** How much a file of a stranger may cost. */

export type MediaLimits = {
  /** How long one job may take, and with it the time of the processor that it uses. */
  timeMs: number;
  /** Resident memory of a worker together with the programs that it runs. */
  memoryBytes: number;
  /** Jobs that may wait for a worker. */
  maxWaiting: number;
  /** How long a worker is kept without work. */
  idleMs: number;
  /** How long a worker may take to start. */
  startMs: number;
};

export const defaultMediaLimits: MediaLimits = {
  timeMs: 10_000,
  memoryBytes: 512 * 1024 * 1024,
  maxWaiting: 64,
  idleMs: 30_000,
  startMs: 30_000,
};
