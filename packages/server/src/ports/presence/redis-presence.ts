/**
 * Presence of several nodes, by Redis. A node tells Redis of its own sockets, and by a heartbeat that it lives; of one that
 * gives none for 20 s, another one forgets the sockets. What a node itself knows is what counts for its own sockets: while
 * Redis is away it goes on with that, and tells it anew once Redis is back, empty or not. The nodes' clocks should agree to
 * about a second.
 */
import type { UserKey } from "../audiences/audiences.ts";
import { type OwnUser, OwnUsers } from "./own-users.ts";
import type { Connection, Presence, PresenceChange } from "./presence.ts";
import { type LinkParts, PresenceLink } from "./presence-link.ts";
import { presenceTimes, type SocketRecord } from "./presence-records.ts";

/** `nodeId` is new with each start, and has no slash. Whoever made `redis` ends it, after the presence was closed. */
export type RedisPresenceParts = LinkParts;

export function createRedisPresence(parts: RedisPresenceParts): Presence {
  return new RedisPresence(parts);
}

class RedisPresence implements Presence {
  readonly #parts: RedisPresenceParts;
  readonly #own = new OwnUsers();
  readonly #link: PresenceLink;
  readonly #listeners = new Set<(change: PresenceChange) => void>();
  #isClosed = false;

  constructor(parts: RedisPresenceParts) {
    this.#parts = parts;
    this.#link = new PresenceLink(parts, this.#own, (change) => this.#tell(change));
  }

  async enter(connection: Connection): Promise<void> {
    if (this.#isClosed) return;
    const own = this.#own.enter(connection, this.#link.createToken());
    if (own) await this.#link.save(own);
  }

  async leave(connection: Connection): Promise<void> {
    const own = this.#own.leave(connection, this.#now());
    if (own) await this.#link.save(own);
  }

  async setFocus(connection: Connection, isInFocus: boolean): Promise<void> {
    const own = this.#own.find(connection);
    const socket = own?.sockets.get(connection.socketId);
    if (!own || !socket || socket.isInFocus === isInFocus) return;
    socket.isInFocus = isInFocus;
    await this.#link.save(own);
  }

  async findOnline(tenantId: string, userIds: readonly string[]): Promise<Set<string>> {
    const own = userIds.filter((userId) => this.#own.hasSocket({ tenantId, userId }));
    const others = userIds.filter((userId) => !this.#own.hasSocket({ tenantId, userId }));
    if (others.length === 0) return new Set(own);
    const found = await this.#link.read((records) => records.findOnline(tenantId, others));
    return new Set([...own, ...(found ?? others.filter((userId) => this.#isInGrace({ tenantId, userId })))]);
  }

  async findFocused(user: UserKey): Promise<Set<string>> {
    const sockets = await this.#listSockets(user);
    return new Set(sockets.flatMap(({ deviceId, isInFocus }) => (isInFocus ? (deviceId ?? []) : [])));
  }

  async countSockets(user: UserKey): Promise<number> {
    return (await this.#listSockets(user)).length;
  }

  watch(listener: (change: PresenceChange) => void): () => void {
    // Wrapped, so that one function that watches twice hears twice, and ends once at a time.
    const own = (change: PresenceChange): void => listener(change);
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#listeners.clear();
    this.#own.clear();
    await this.#link.close();
  }

  /** Of this node's sockets, what it knows itself; of others', what Redis knows, if it is there. */
  async #listSockets(user: UserKey): Promise<Omit<SocketRecord, "nodeId">[]> {
    const found = await this.#link.read((records) => records.listSockets(user));
    const others = found?.filter(({ nodeId }) => nodeId !== this.#parts.nodeId) ?? [];
    return [...others, ...ownSockets(this.#own.find(user))];
  }

  #isInGrace(user: UserKey): boolean {
    const wentAt = this.#own.find(user)?.wentAt ?? 0;
    return wentAt + presenceTimes.grace > this.#now();
  }

  #now(): number {
    return this.#parts.clock.now().getTime();
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

function ownSockets(own: OwnUser | undefined) {
  return own ? [...own.sockets.values()] : [];
}
