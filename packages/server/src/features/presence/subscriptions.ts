/** Which sockets of this node wish to hear of whom; it ends with the socket. */
import type { Presence } from "@pipit/protocol/models/presence";
import type { UserKey } from "../../ports/audiences/audiences.ts";

/** A socket's wish to hear of a user. `told`: what it was last told; undefined until the reply to its wish is known. */
export type Subscription = { socketId: string; viewer: UserKey; target: UserKey; told: Presence | undefined };

type LiveSocket = { id: string; user: UserKey; wishes: Map<string, Subscription> };

/** A subscription that was made, and the way back if it can't be answered. */
export type Subscribed = { subscriptions: Subscription[]; undo(): void };

export const maxSubscriptions = 500;

export class Subscriptions {
  readonly #sockets = new Map<string, LiveSocket>();
  readonly #socketsOf = new Map<string, Set<LiveSocket>>();
  readonly #subscribersOf = new Map<string, Set<Subscription>>();

  /** A socket has come: none but those that are open can subscribe. */
  open(socketId: string, user: UserKey): void {
    const socket = { id: socketId, user, wishes: new Map() };
    this.#sockets.set(socketId, socket);
    addTo(this.#socketsOf, toKey(user), socket);
  }

  /** A socket has gone, and all its wishes with it. @returns whether its user has another on this node */
  end(socketId: string): boolean {
    const socket = this.#sockets.get(socketId);
    if (!socket) return false;
    for (const wish of socket.wishes.values()) removeFrom(this.#subscribersOf, toKey(wish.target), wish);
    this.#sockets.delete(socketId);
    removeFrom(this.#socketsOf, toKey(socket.user), socket);
    return this.#socketsOf.has(toKey(socket.user));
  }

  /**
   * Subscribes a socket to users of its own tenant. To those that it has already, it subscribes anew: what is found for
   * the old wish does not overtake the answer to the new one.
   * @returns undefined, and nothing is done, if it would have too many; nothing to answer if the socket has gone
   */
  add(socketId: string, userIds: readonly string[]): Subscribed | undefined {
    const socket = this.#sockets.get(socketId);
    if (!socket) return { subscriptions: [], undo: () => {} };
    const ids = new Set(userIds);
    if (ids.union(socket.wishes).size > maxSubscriptions) return undefined;
    const before = [...ids].map((id) => socket.wishes.get(id));
    const target = (userId: string): UserKey => ({ tenantId: socket.user.tenantId, userId });
    const subscriptions = [...ids].map((id): Subscription => {
      return { socketId, viewer: socket.user, target: target(id), told: undefined };
    });
    for (const wish of subscriptions) this.#put(socket, wish);
    return {
      subscriptions,
      undo: () => {
        for (const [index, wish] of subscriptions.entries()) {
          if (!this.isCurrent(wish)) continue;
          const old = before[index];
          if (old) this.#put(socket, old);
          else this.remove(socketId, [wish.target.userId]);
        }
      },
    };
  }

  remove(socketId: string, userIds: readonly string[]): void {
    const socket = this.#sockets.get(socketId);
    for (const id of userIds) {
      const wish = socket?.wishes.get(id);
      if (!wish) continue;
      socket?.wishes.delete(id);
      removeFrom(this.#subscribersOf, toKey(wish.target), wish);
    }
  }

  /** Whether a wish is still one, and was not made anew. */
  isCurrent(wish: Subscription): boolean {
    return this.#sockets.get(wish.socketId)?.wishes.get(wish.target.userId) === wish;
  }

  /** Those that wish to hear of a user. */
  listOf(user: UserKey): Subscription[] {
    return [...(this.#subscribersOf.get(toKey(user)) ?? [])];
  }

  /** The wishes of a user's own sockets. */
  listBy(user: UserKey): Subscription[] {
    return [...(this.#socketsOf.get(toKey(user)) ?? [])].flatMap((socket) => [...socket.wishes.values()]);
  }

  /** The users that have a socket on this node. */
  users(): UserKey[] {
    return [...this.#socketsOf.values()].flatMap((sockets) => [...sockets].slice(0, 1).map((socket) => socket.user));
  }

  #put(socket: LiveSocket, wish: Subscription): void {
    this.remove(socket.id, [wish.target.userId]);
    // A socket that has gone meanwhile has no wishes any more.
    if (this.#sockets.get(socket.id) !== socket) return;
    socket.wishes.set(wish.target.userId, wish);
    addTo(this.#subscribersOf, toKey(wish.target), wish);
  }
}

/** Users by name: a tenant's id has no slash. */
export function toKey(user: UserKey): string {
  return `${user.tenantId}/${user.userId}`;
}

function addTo<Value>(sets: Map<string, Set<Value>>, key: string, value: Value): void {
  const set = sets.get(key);
  if (set) set.add(value);
  else sets.set(key, new Set([value]));
}

function removeFrom<Value>(sets: Map<string, Set<Value>>, key: string, value: Value): void {
  const set = sets.get(key);
  set?.delete(value);
  if (set?.size === 0) sets.delete(key);
}
