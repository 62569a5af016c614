/** What people were promised: messages that an outbox has taken, in the order in which each device took them. */

export type Sent = {
  device: string;
  roomId: string;
  userId: string;
  key: string;
  isExempt: boolean;
  isWithdrawn: boolean;
};

export class SentBook {
  readonly #sent = new Map<string, Sent>();

  /** An outbox has stored a message. */
  add(sent: Omit<Sent, "isExempt" | "isWithdrawn">): void {
    this.#sent.set(sent.key, { ...sent, isExempt: false, isWithdrawn: false });
  }

  /** It failed, or was tried again by hand: its place among the others is open. */
  exempt(key: string): void {
    const sent = this.#sent.get(key);
    if (sent) sent.isExempt = true;
  }

  /** It was given up: whether it came through before is open. */
  withdraw(key: string): void {
    const sent = this.#sent.get(key);
    if (sent) sent.isWithdrawn = true;
  }

  /** A log-out has thrown away what waited. */
  forgetDevice(device: string): void {
    for (const sent of this.#sent.values()) if (sent.device === device) sent.isWithdrawn = true;
  }

  list(): Sent[] {
    return [...this.#sent.values()];
  }
}
