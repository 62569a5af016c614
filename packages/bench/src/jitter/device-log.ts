/** What happened to one device during a run: what came, when it was cut off, and when it was connected again. */
import { moment } from "./moment.ts";

export class DeviceLog {
  /** By sequence, when a message was first there. */
  readonly arrivals = new Map<number, number>();
  /** When a connection had been made. */
  readonly connects: number[] = [];
  readonly cuts: number[] = [];
  /** When the link could be used again. */
  readonly restorations: number[] = [];
  /** Messages that were there twice. */
  repeated = 0;
  /** Messages that stood before one with a lower sequence. */
  misplaced = 0;
  /** Messages that came over the wire twice, and were told apart by their sequence. */
  repeatedOnWire = 0;
  #isCut = false;

  noteArrival(sequence: number): void {
    if (!this.arrivals.has(sequence)) this.arrivals.set(sequence, moment());
  }

  noteConnect(): void {
    this.connects.push(moment());
  }

  noteCut(): void {
    this.#isCut = true;
    this.cuts.push(moment());
  }

  noteRestored(): void {
    if (!this.#isCut) return;
    this.#isCut = false;
    this.restorations.push(moment());
  }
}
