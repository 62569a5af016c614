/** The book of what clients tried to send and what they were told, by which histories are checked. */
import type { Ack, Sent } from "./check-history.ts";

/** A message on its way: the same on every attempt. */
export type Outgoing = { roomId: string; senderId: string; clientMessageId: string; content: string };

type Written = Outgoing & { attempts: number; acks: Ack[] };

export class Book {
  readonly #rooms = new Map<string, Map<string, Written>>();
  #acked = 0;

  /** Writes an attempt down, before it is made. */
  attempt(outgoing: Outgoing): void {
    this.#find(outgoing).attempts += 1;
  }

  /** Writes down what an attempt was answered with. */
  acknowledge(outgoing: Outgoing, ack: Ack): void {
    const written = this.#find(outgoing);
    if (written.acks.length === 0) this.#acked += 1;
    written.acks.push(ack);
  }

  /** What was tried in a room. */
  sentTo(roomId: string): Iterable<Sent> {
    return this.#rooms.get(roomId)?.values() ?? [];
  }

  /** How many messages have been acknowledged at least once. */
  get acked(): number {
    return this.#acked;
  }

  #find(outgoing: Outgoing): Written {
    const room = this.#rooms.get(outgoing.roomId) ?? new Map<string, Written>();
    this.#rooms.set(outgoing.roomId, room);
    const key = `${outgoing.senderId} ${outgoing.clientMessageId}`;
    const written = room.get(key) ?? { ...outgoing, attempts: 0, acks: [] };
    room.set(key, written);
    return written;
  }
}
