/** Writes when users were last there: as they go, and now and then while they are here, for when the process is killed. */
import type { Services } from "../../context.ts";
import type { UserKey } from "../../ports/audiences/audiences.ts";
import type { PresenceChange } from "../../ports/presence/presence.ts";
import { noteOnline, type Seen, saveLastSeen, settleLastSeen } from "./presence-store.ts";
import { toKey } from "./subscriptions.ts";

type Parts = Pick<Services, "db" | "clock">;

/** Rows of one statement. */
const maxRows = 5_000;

/** Of a user who left this node longer ago than this, another node has written or will. */
const maxLeavingMs = 60_000;

export class LastSeen {
  readonly #parts: Parts;
  /** Users of whom it has yet to be written that they went, and of whom, that they are back. */
  readonly #gone = new Map<string, Seen>();
  readonly #back = new Map<string, UserKey>();
  /** Users whose last socket on this node went, while the grace runs. */
  readonly #leaving = new Map<string, Seen>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** The last socket that a user had on this node has gone. */
  left(user: UserKey): void {
    this.#leaving.set(toKey(user), { user, at: this.#parts.clock.now() });
  }

  /** Takes a change, to be written by `save`. */
  take({ user, isOnline, at }: PresenceChange): void {
    const key = toKey(user);
    if (isOnline) this.#back.set(key, user);
    else {
      this.#gone.set(key, { user, at });
      this.#leaving.delete(key);
    }
  }

  /** Whether something was taken that is not written. */
  hasWork(): boolean {
    return this.#gone.size + this.#back.size > 0;
  }

  /** Writes what was taken. What could not be written is taken again. */
  async save(): Promise<void> {
    await empty(this.#gone, (seen) => saveLastSeen(this.#parts.db, seen));
    await empty(this.#back, (users) => settleLastSeen(this.#parts.db, users));
  }

  /** Notes that these users are here. */
  async note(users: readonly UserKey[]): Promise<void> {
    const at = this.#parts.clock.now();
    for (const [key, seen] of this.#leaving) {
      if (seen.at.getTime() < at.getTime() - maxLeavingMs) this.#leaving.delete(key);
    }
    for (let start = 0; start < users.length; start += maxRows) {
      const seen = users.slice(start, start + maxRows).map((user) => ({ user, at }));
      await noteOnline(this.#parts.db, seen);
    }
  }

  /** Writes all that there is, at the end of the process: nobody will be told that those in their grace are offline. */
  async close(): Promise<void> {
    await this.save();
    await empty(this.#leaving, (seen) => saveLastSeen(this.#parts.db, seen));
  }
}

async function empty<Value>(queue: Map<string, Value>, write: (values: Value[]) => Promise<void>): Promise<void> {
  while (queue.size > 0) {
    const taken = [...queue].slice(0, maxRows);
    await write(taken.map(([, value]) => value));
    // One that was replaced meanwhile has yet to be written.
    for (const [key, value] of taken) if (queue.get(key) === value) queue.delete(key);
  }
}
