/** Keeps count of what is sent to one room, and of who of its sockets heard each message, how often and how fast. */
import { Samples } from "../statistics.ts";
import { findMessageNumber, toMessageId } from "./message-number.ts";

export type RoomCounts = {
  sent: number;
  acked: number;
  delivered: number;
  refused: number;
  /** A socket that never heard an acknowledged message. */
  lost: number;
  /** A socket that heard a message more than once, or its own. */
  repeated: number;
  /** Deliveries of no message of this round. */
  unexpected: number;
  firstRefusal: string | null;
};

type Entry = { sentAt: number; sender: number; isAcked: boolean; heard: number; times: Uint8Array };

export class RoomLedger {
  readonly latencies = new Samples();
  measured = { messages: 0, deliveries: 0 };
  isMeasuring = false;
  readonly #prefix: string;
  readonly #sockets: number;
  readonly #onEverybody: (sender: number) => void;
  readonly #entries: Entry[] = [];
  #complete = 0;
  #refused = 0;
  #unexpected = 0;
  #firstRefusal: string | null = null;

  /** @param onEverybody called when a message is acknowledged and all others have heard it, or when it is refused */
  constructor(prefix: string, sockets: number, onEverybody: (sender: number) => void) {
    this.#prefix = prefix;
    this.#sockets = sockets;
    this.#onEverybody = onEverybody;
  }

  /** Books a message as sent now, and gives its client_message_id. */
  send(sender: number): string {
    const times = new Uint8Array(this.#sockets);
    const number = this.#entries.push({ sentAt: performance.now(), sender, isAcked: false, heard: 0, times }) - 1;
    return toMessageId(this.#prefix, number);
  }

  acknowledge(text: string, sender: number): void {
    const entry = text.startsWith('[{"success":true') ? this.#find(text) : undefined;
    if (!entry) {
      this.#refused += 1;
      this.#firstRefusal ??= text;
      this.#onEverybody(sender);
      return;
    }
    entry.isAcked = true;
    this.#look(entry);
  }

  /** Books what a socket heard. */
  hear(socket: number, text: string): void {
    const entry = this.#find(text);
    if (!entry) return;
    const before = entry.times[socket] ?? 0;
    entry.times[socket] = before + 1;
    if (this.isMeasuring) {
      this.measured.deliveries += 1;
      this.latencies.add(performance.now() - entry.sentAt);
    }
    if (before > 0 || socket === entry.sender) return;
    entry.heard += 1;
    this.#look(entry);
  }

  isSettled(): boolean {
    return this.#complete + this.#refused >= this.#entries.length;
  }

  count(): RoomCounts {
    const counts = { acked: 0, delivered: 0, lost: 0, repeated: 0 };
    for (const { isAcked, heard, times } of this.#entries) {
      const all = times.reduce((sum, one) => sum + one, 0);
      counts.delivered += all;
      counts.repeated += all - heard;
      if (!isAcked) continue;
      counts.acked += 1;
      counts.lost += this.#sockets - 1 - heard;
    }
    const [refused, unexpected, firstRefusal] = [this.#refused, this.#unexpected, this.#firstRefusal];
    return { sent: this.#entries.length, ...counts, refused, unexpected, firstRefusal };
  }

  #look(entry: Entry): void {
    if (!entry.isAcked || entry.heard < this.#sockets - 1) return;
    this.#complete += 1;
    if (this.isMeasuring) this.measured.messages += 1;
    this.#onEverybody(entry.sender);
  }

  #find(text: string): Entry | undefined {
    const entry = this.#entries[findMessageNumber(this.#prefix, text)];
    if (!entry) this.#unexpected += 1;
    return entry;
  }
}
