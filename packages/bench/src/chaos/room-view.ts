/** What one device has of one room: messages and watermarks, by events in the order of their changes and by pages of sync. */
import type { Message } from "@pipit/protocol/models/message";
import type { Watermarks } from "@pipit/protocol/models/receipt";

/** What all members see alike of a message. */
export type SharedMessage = Pick<
  Message,
  "id" | "sequence_number" | "change" | "sender_id" | "client_message_id" | "message_type" | "content"
> &
  Pick<Message, "is_edited" | "edited_at" | "is_deleted" | "deleted_at" | "created_at">;

export type Mark = { delivered: number; read: number };

export type SyncPage = {
  messages: readonly SharedMessage[];
  receipts?: readonly Watermarks[];
  last_change: number;
  has_more: boolean;
  full?: boolean;
};

/** `known`: nothing new. `gap`: something before it is missing, or it does not say all; it is to be asked for. */
export type Taken = "applied" | "known" | "gap";

const maxHeld = 200;

type Told = Record<string, unknown>;

export class RoomView {
  readonly roomId: string;
  /** Up to which change everything is here. */
  cursor: number | undefined;
  /** The highest change that is known to have been made. */
  wanted = 0;
  /** Older messages than this sequence may be missing, for the view was begun anew from the newest ones. */
  from = 1;
  /** While pages of sync come, events wait. */
  isSyncing = false;
  /** More pages are due: rows that changed again meanwhile are in none yet, so that no event of them may be taken. */
  isPartial = false;
  readonly marks = new Map<string, Mark>();
  /** By sequence: the change that last touched the message, and the fingerprint of what it was then. */
  readonly #changes: number[] = [];
  readonly #prints: number[] = [];
  readonly #held = new Map<number, { name: string; payload: Told }>();

  constructor(roomId: string) {
    this.roomId = roomId;
  }

  isBehind(): boolean {
    return this.cursor === undefined || this.isPartial || this.wanted > this.cursor;
  }

  lastSequence(): number {
    return Math.max(0, this.#changes.length - 1);
  }

  /** The change and the fingerprint of a message; undefined if it is not here. */
  find(sequence: number): { change: number; print: number } | undefined {
    const change = this.#changes[sequence];
    return change === undefined ? undefined : { change, print: this.#prints[sequence] ?? 0 };
  }

  /** Takes an event, or an answer that says the same, that makes a change. */
  take(name: string, payload: Told, change: number): Taken {
    if (this.cursor !== undefined && change <= this.cursor) return "known";
    this.wanted = Math.max(this.wanted, change);
    if (this.cursor === undefined || this.isSyncing || this.isPartial || change > this.cursor + 1) {
      if (this.#held.size < maxHeld) this.#held.set(change, { name, payload });
      return "gap";
    }
    if (!this.#fold(name, payload)) return "gap";
    this.cursor = change;
    this.#drain();
    return this.isBehind() ? "gap" : "applied";
  }

  /** Takes a page; `isSyncing` is to be false again after the last one. */
  takePage(page: SyncPage): void {
    if (page.full) this.#beginAnew(page.messages);
    for (const message of page.messages) this.#set(message);
    for (const { user_id, delivered_sequence: delivered, read_sequence: read } of page.receipts ?? []) {
      this.marks.set(user_id, { delivered, read });
    }
    this.isPartial = page.has_more;
    this.cursor = page.last_change;
    this.wanted = Math.max(this.wanted, page.last_change);
  }

  /** Ends a sync: what came meanwhile is taken as far as it follows. */
  endSync(): void {
    this.isSyncing = false;
    if (!this.isPartial) this.#drain();
  }

  #beginAnew(messages: readonly SharedMessage[]): void {
    this.#changes.length = 0;
    this.#prints.length = 0;
    this.marks.clear();
    const [first] = messages;
    this.from = Math.max(1, first?.sequence_number ?? 1);
  }

  #drain(): void {
    for (const change of this.#held.keys()) if (change <= (this.cursor ?? 0)) this.#held.delete(change);
    let next = (this.cursor ?? 0) + 1;
    for (let held = this.#held.get(next); held; held = this.#held.get(next)) {
      this.#held.delete(next);
      if (!this.#fold(held.name, held.payload)) return;
      this.cursor = next;
      next += 1;
    }
  }

  /** @returns whether the event said all that its change did */
  #fold(name: string, payload: Told): boolean {
    if (name === "message:receive") {
      const message = payload as unknown as SharedMessage;
      this.#set(message);
      // To send is to have read (docs/spec.md M7).
      if (message.message_type !== "system") {
        this.#raise(message.sender_id, { delivered: message.sequence_number, read: message.sequence_number });
      }
      return true;
    }
    if (name === "message:edit:update" || name === "message:delete:update") {
      this.#set(payload as unknown as SharedMessage);
      return true;
    }
    const upTo = Number(payload.up_to_sequence);
    if (name === "message:delivered:update") this.#raise(String(payload.user_id), { delivered: upTo, read: 0 });
    else if (name === "message:seen:update") this.#raise(String(payload.user_id), { delivered: upTo, read: upTo });
    else return false;
    return true;
  }

  #raise(userId: string, { delivered, read }: Mark): void {
    const known = this.marks.get(userId);
    this.marks.set(userId, {
      delivered: Math.max(known?.delivered ?? 0, delivered),
      read: Math.max(known?.read ?? 0, read),
    });
  }

  #set(message: SharedMessage): void {
    const { sequence_number: sequence, change } = message;
    if (change < (this.#changes[sequence] ?? 0) || sequence < this.from) return;
    this.#changes[sequence] = change;
    this.#prints[sequence] = fingerprint(message);
  }
}

/** A number that tells messages apart (FNV-1a, 32 bits): thousands of devices need not keep the text. */
export function fingerprint(message: SharedMessage): number {
  const text = JSON.stringify([
    message.id,
    message.sequence_number,
    message.change,
    message.sender_id,
    message.client_message_id,
    message.message_type,
    message.content,
    message.is_edited,
    message.edited_at,
    message.is_deleted,
    message.deleted_at,
    message.created_at,
  ]);
  let hash = 0x811c9dc5;
  for (let place = 0; place < text.length; place += 1) hash = Math.imul(hash ^ text.charCodeAt(place), 0x01000193);
  return hash;
}
