/** How much a file of a stranger may cost. */

export type MediaLimits = {
  /** Time of the processor for one job, of a worker together with the programs that it runs; more for what exceeds 1 GB. */
  cpuMs: number;
  /** How long one job may take, however slow the machine; more for a large file. */
  patienceMs: number;
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
  cpuMs: 10_000,
  patienceMs: 30_000,
  memoryBytes: 512 * 1024 * 1024,
  maxWaiting: 64,
  idleMs: 30_000,
  startMs: 30_000,
};
