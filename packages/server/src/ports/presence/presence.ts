/** Who is there: live sockets, and whether a person looks at them. */
import type { UserKey } from "../audiences/audiences.ts";

/** A live socket of a user. */
export type Connection = UserKey & { socketId: string; deviceId: string | undefined };

/** A user came, or has been away for the grace; `at` is when their first socket came, or their last one went. */
export type PresenceChange = { user: UserKey; isOnline: boolean; at: Date };

/**
 * A user is online from their first socket on, and offline once they have had none for the grace (15 s): a reconnect
 * within it shows nothing. What is told of a socket counts once, however often it is told. Of a node that died, nothing
 * counts after at most 60 s (G10). Answers may be a moment old; none throws for a user or socket that is unknown.
 */
export interface Presence {
  /** A socket has come; it is in focus. */
  enter(connection: Connection): Promise<void>;
  /** A socket has gone. */
  leave(connection: Connection): Promise<void>;
  /** Somebody looks at the socket's client, or no longer does. */
  setFocus(connection: Connection, isInFocus: boolean): Promise<void>;
  /** Of these users of a tenant, those who are online. */
  findOnline(tenantId: string, userIds: readonly string[]): Promise<Set<string>>;
  /** The devices of a user that have a live socket in focus. */
  findFocused(user: UserKey): Promise<Set<string>>;
  /** How many live sockets a user has, on all nodes. */
  countSockets(user: UserKey): Promise<number>;
  /**
   * Calls on each change, once on one of all nodes: never "online" twice in a row for a user.
   * @returns a function that ends it
   */
  watch(listener: (change: PresenceChange) => void): () => void;
  /** Forgets this node's sockets, and watches no more. */
  close(): Promise<void>;
}
