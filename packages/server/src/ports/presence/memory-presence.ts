/** Presence in one process. */
import type { Clock } from "../../clock.ts";
import type { Timers } from "../../timers.ts";
import type { UserKey } from "../audiences/audiences.ts";
import type { Connection, Presence, PresenceChange } from "./presence.ts";

export type MemoryPresenceParts = {
  clock: Clock;
  timers: Timers;
  /** Told of what a listener throws: no listener's fault keeps another from hearing. */
  onError(error: unknown): void;
};

/** Seconds without a socket after which a user is offline. */
const graceSeconds = 15;

/** What is kept of a user who is online: nothing is kept of others. */
type Here = {
  user: UserKey;
  sockets: Map<string, { deviceId: string | undefined; isInFocus: boolean }>;
  /** Calls off the end of the grace, while it runs. */
  stay: (() => void) | undefined;
};

export function createMemoryPresence(parts: MemoryPresenceParts): Presence {
  return new MemoryPresence(parts);
}

class MemoryPresence implements Presence {
  readonly #parts: MemoryPresenceParts;
  readonly #here = new Map<string, Here>();
  readonly #listeners = new Set<(change: PresenceChange) => void>();
  #isClosed = false;

  constructor(parts: MemoryPresenceParts) {
    this.#parts = parts;
  }

  async enter(connection: Connection): Promise<void> {
    if (this.#isClosed) return;
    const key = toKey(connection);
    const known = this.#here.get(key);
    const here = known ?? { user: toUser(connection), sockets: new Map(), stay: undefined };
    here.stay?.();
    here.stay = undefined;
    if (!here.sockets.has(connection.socketId)) {
      here.sockets.set(connection.socketId, { deviceId: connection.deviceId, isInFocus: true });
    }
    if (known) return;
    this.#here.set(key, here);
    this.#tell({ user: here.user, isOnline: true, at: this.#parts.clock.now() });
  }

  async leave(connection: Connection): Promise<void> {
    const here = this.#here.get(toKey(connection));
    if (!here?.sockets.delete(connection.socketId) || here.sockets.size > 0) return;
    const at = this.#parts.clock.now();
    here.stay = this.#parts.timers.after(graceSeconds, () => {
      this.#here.delete(toKey(connection));
      this.#tell({ user: here.user, isOnline: false, at });
    });
  }

  async setFocus(connection: Connection, isInFocus: boolean): Promise<void> {
    const socket = this.#here.get(toKey(connection))?.sockets.get(connection.socketId);
    if (socket) socket.isInFocus = isInFocus;
  }

  async findOnline(tenantId: string, userIds: readonly string[]): Promise<Set<string>> {
    return new Set(userIds.filter((userId) => this.#here.has(toKey({ tenantId, userId }))));
  }

  async findFocused(user: UserKey): Promise<Set<string>> {
    const sockets = this.#here.get(toKey(user))?.sockets.values() ?? [];
    return new Set([...sockets].flatMap((socket) => (socket.isInFocus ? (socket.deviceId ?? []) : [])));
  }

  async countSockets(user: UserKey): Promise<number> {
    return this.#here.get(toKey(user))?.sockets.size ?? 0;
  }

  watch(listener: (change: PresenceChange) => void): () => void {
    // Wrapped, so that one function that watches twice hears twice, and ends once at a time.
    const own = (change: PresenceChange): void => listener(change);
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const here of this.#here.values()) here.stay?.();
    this.#here.clear();
    this.#listeners.clear();
  }

  #tell(change: PresenceChange): void {
    for (const listener of this.#listeners) {
      try {
        listener(change);
      } catch (error) {
        this.#parts.onError(error);
      }
    }
  }
}

function toUser({ tenantId, userId }: UserKey): UserKey {
  return { tenantId, userId };
}

// A tenant's id has no slash.
function toKey(user: UserKey): string {
  return `${user.tenantId}/${user.userId}`;
}
