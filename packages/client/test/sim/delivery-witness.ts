/** Watches that what is shown of a message's delivery never goes back. */
import type { Delivery, MessageItem } from "../../src/client.ts";

const ranks: Readonly<Record<Delivery, number>> = { failed: 0, sending: 0, sent: 1, delivered: 2, read: 3 };

export class DeliveryWitness {
  readonly #name: string;
  readonly #fail: (message: string) => void;
  readonly #seen = new Map<string, Delivery>();

  constructor(name: string, fail: (message: string) => void) {
    this.#name = name;
    this.#fail = fail;
  }

  see(roomId: string, items: readonly MessageItem[]): void {
    for (const { key, delivery } of items) {
      if (delivery === undefined) continue;
      const before = this.#seen.get(`${roomId} ${key}`);
      if (before !== undefined && ranks[before] > ranks[delivery]) {
        this.#fail(`${this.#name}: message ${key} of ${roomId} went back from ${before} to ${delivery}`);
      }
      this.#seen.set(`${roomId} ${key}`, delivery);
    }
  }
}
