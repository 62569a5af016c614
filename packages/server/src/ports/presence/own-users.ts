/** What a node itself knows of the users that have sockets on it, or had some until a moment ago. */
import type { UserKey } from "../audiences/audiences.ts";
import type { Connection } from "./presence.ts";
import { type LiveSocket, toMember } from "./presence-records.ts";

export type OwnUser = {
  user: UserKey;
  member: string;
  sockets: Map<string, LiveSocket>;
  /** When the last socket went, in ms. */
  wentAt: number;
  /** The epoch of Redis in which it was last told of them. */
  knownIn: string | undefined;
  /** When there is something to tell of them, as far as Redis said. */
  dueAt: number;
  /** What is known has yet to be told to Redis. */
  isDirty: boolean;
  /** The name of the next call that tells it. */
  token: string;
  telling: Promise<void> | undefined;
};

export class OwnUsers {
  readonly #users = new Map<string, OwnUser>();
  readonly #leaving = new Set<OwnUser>();

  /** @returns the socket's user; undefined where the socket was known already */
  enter(connection: Connection, token: string): OwnUser | undefined {
    const { tenantId, userId, socketId, deviceId } = connection;
    const member = toMember(connection);
    const own = this.#users.get(member) ?? create({ tenantId, userId }, member, token);
    if (own.sockets.has(socketId)) return undefined;
    own.sockets.set(socketId, { deviceId, isInFocus: true });
    this.#users.set(member, own);
    this.#leaving.delete(own);
    return own;
  }

  /** @returns the socket's user; undefined where the socket was not known */
  leave(connection: Connection, now: number): OwnUser | undefined {
    const own = this.find(connection);
    if (!own?.sockets.delete(connection.socketId)) return undefined;
    if (own.sockets.size === 0) {
      own.wentAt = now;
      this.#leaving.add(own);
    }
    return own;
  }

  find(user: UserKey): OwnUser | undefined {
    return this.#users.get(toMember(user));
  }

  hasSocket(user: UserKey): boolean {
    return (this.find(user)?.sockets.size ?? 0) > 0;
  }

  list(): OwnUser[] {
    return [...this.#users.values()];
  }

  /** Forgets those without a socket of whom, at this time (in ms), nothing is to be told any more. */
  forgetGone(now: number): void {
    for (const own of this.#leaving) {
      if (own.isDirty || own.telling || own.dueAt > now) continue;
      this.#leaving.delete(own);
      this.#users.delete(own.member);
    }
  }

  clear(): void {
    this.#users.clear();
    this.#leaving.clear();
  }
}

function create(user: UserKey, member: string, token: string): OwnUser {
  return {
    user,
    member,
    sockets: new Map(),
    wentAt: 0,
    knownIn: undefined,
    dueAt: 0,
    isDirty: false,
    token,
    telling: undefined,
  };
}
