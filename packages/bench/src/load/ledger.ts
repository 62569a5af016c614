/** Keeps count of one round's messages: what was sent, acknowledged and delivered, how often and how fast. */
import { Samples } from "../statistics.ts";
import { findMessageNumber, toMessageId } from "./message-number.ts";

const firstCapacity = 65_536;

export type RoundCounts = {
  sent: number;
  acked: number;
  delivered: number;
  refused: number;
  /** Acknowledged and never delivered to the other of the pair. */
  lost: number;
  /** Delivered, or acknowledged, more than once. */
  repeated: number;
  /** Delivered though they belong to no message of this round. */
  unexpected: number;
  firstRefusal: string | null;
};

/** From sending to the acknowledgement, and to the delivery at the other of the pair. */
export type Latencies = { ack: Samples; delivery: Samples };

export function createLatencies(): Latencies {
  return { ack: new Samples(), delivery: new Samples() };
}

export class Ledger {
  readonly latencies: Latencies;
  /** Acknowledgements and deliveries that came in while measuring. */
  measured = { acked: 0, delivered: 0 };
  isMeasuring = false;
  readonly #prefix: string;
  #sentAt = new Float64Array(firstCapacity);
  #acks = new Uint8Array(firstCapacity);
  #deliveries = new Uint8Array(firstCapacity);
  #sent = 0;
  #acked = 0;
  #delivered = 0;
  #refused = 0;
  #unexpected = 0;
  #firstRefusal: string | null = null;

  /**
   * @param prefix what all ids of the round begin with; no other round may use it.
   * @param latencies where to add this round's, in milliseconds; given when several rounds are summed up together.
   */
  constructor(prefix: string, latencies: Latencies = createLatencies()) {
    this.#prefix = prefix;
    this.latencies = latencies;
  }

  /** Books a message as sent now, and gives its client_message_id. */
  send(): string {
    if (this.#sent === this.#sentAt.length) this.#grow();
    this.#sentAt[this.#sent] = performance.now();
    const id = toMessageId(this.#prefix, this.#sent);
    this.#sent += 1;
    return id;
  }

  /** Books the acknowledgement that `text` holds. */
  acknowledge(text: string): void {
    if (!text.startsWith('[{"success":true')) {
      this.#refused += 1;
      this.#firstRefusal ??= text;
      return;
    }
    const number = this.#numberIn(text);
    if (number === undefined) return;
    this.#acks[number] = (this.#acks[number] ?? 0) + 1;
    this.#acked += 1;
    if (!this.isMeasuring) return;
    this.measured.acked += 1;
    this.latencies.ack.add(performance.now() - (this.#sentAt[number] ?? 0));
  }

  /** Books the delivery that `text` holds. */
  deliver(text: string): void {
    const number = this.#numberIn(text);
    if (number === undefined) return;
    this.#deliveries[number] = (this.#deliveries[number] ?? 0) + 1;
    this.#delivered += 1;
    if (!this.isMeasuring) return;
    this.measured.delivered += 1;
    this.latencies.delivery.add(performance.now() - (this.#sentAt[number] ?? 0));
  }

  /** Whether every message has been answered and, unless refused, delivered. */
  isSettled(): boolean {
    return this.#acked + this.#refused >= this.#sent && this.#delivered >= this.#acked;
  }

  count(): RoundCounts {
    let lost = 0;
    let repeated = 0;
    for (let number = 0; number < this.#sent; number += 1) {
      const acks = this.#acks[number] ?? 0;
      const deliveries = this.#deliveries[number] ?? 0;
      if (acks > 0 && deliveries === 0) lost += 1;
      if (acks > 1 || deliveries > 1) repeated += 1;
    }
    return {
      sent: this.#sent,
      acked: this.#acked,
      delivered: this.#delivered,
      refused: this.#refused,
      lost,
      repeated,
      unexpected: this.#unexpected,
      firstRefusal: this.#firstRefusal,
    };
  }

  #numberIn(text: string): number | undefined {
    const number = findMessageNumber(this.#prefix, text);
    if (number >= 0 && number < this.#sent) return number;
    this.#unexpected += 1;
    return undefined;
  }

  #grow(): void {
    const capacity = this.#sentAt.length * 2;
    const sentAt = new Float64Array(capacity);
    sentAt.set(this.#sentAt);
    const acks = new Uint8Array(capacity);
    acks.set(this.#acks);
    const deliveries = new Uint8Array(capacity);
    deliveries.set(this.#deliveries);
    [this.#sentAt, this.#acks, this.#deliveries] = [sentAt, acks, deliveries];
  }
}
