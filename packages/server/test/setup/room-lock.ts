/** Holds locks, so that what would change a room, or anybody's membership, waits for as long as a test likes. */
import pg from "pg";
import { expect } from "vitest";

export type RoomLock = {
  /** Does something in the transaction that holds the lock. It is there for others once `commit` has resolved. */
  run(statement: string, parameters: unknown[]): Promise<void>;
  commit(): Promise<void>;
  /** Resolves when so many of the server's sessions wait for the lock. */
  waitForWaiters(count: number): Promise<void>;
  /** The same, of those too that wait for one who waits. */
  waitForBlocked(count: number): Promise<void>;
  release(): Promise<void>;
};

/** @param databaseUrl the database's own address: the lock outlives what happens to the server's connections */
export function lockRoom(databaseUrl: string, roomId: string): Promise<RoomLock> {
  return hold(databaseUrl, "select 1 from rooms where id = $1 for update", [roomId]);
}

/** Nobody can change what is the user's own. */
export function lockUser(databaseUrl: string, userId: string): Promise<RoomLock> {
  return hold(databaseUrl, "select 1 from users where id = $1 for update", [userId]);
}

/** Batches pass over a room that is held; this lets none of them end. */
export function lockMembers(databaseUrl: string): Promise<RoomLock> {
  return hold(databaseUrl, "lock table members in share mode", []);
}

/** Nobody can look which rooms anybody is in: a handshake waits. */
export function lockMembersFromReaders(databaseUrl: string): Promise<RoomLock> {
  return hold(databaseUrl, "lock table members in access exclusive mode", []);
}

/** Nobody can read messages; who has read a room's row already goes on from what it said. */
export function lockMessagesFromReaders(databaseUrl: string): Promise<RoomLock> {
  return hold(databaseUrl, "lock table messages in access exclusive mode", []);
}

/** Nobody can look which messages have whose star: who reads messages as a member waits once they have them. */
export function lockStarsFromReaders(databaseUrl: string): Promise<RoomLock> {
  return hold(databaseUrl, "lock table stars in access exclusive mode", []);
}

/** Nobody can remove a medium; it can still be made somebody's picture. */
export function shareMedium(databaseUrl: string, uploadId: string): Promise<RoomLock> {
  return hold(databaseUrl, "select 1 from media where id = $1 for share", [uploadId]);
}

async function hold(databaseUrl: string, lock: string, parameters: string[]): Promise<RoomLock> {
  const [holder, watcher] = [new pg.Client(databaseUrl), new pg.Client(databaseUrl)];
  await Promise.all([holder.connect(), watcher.connect()]);
  await holder.query("begin");
  await holder.query(lock, parameters);
  const { rows } = await holder.query<{ pid: number }>("select pg_backend_pid() as pid");
  // Another session looks: inside of a transaction the view of the others' activity stands still.
  const count = async (condition: string, parameters: unknown[]): Promise<number | undefined> => {
    const statement = `select count(*)::int as count from pg_stat_activity where ${condition}`;
    return (await watcher.query<{ count: number }>(statement, parameters)).rows[0]?.count;
  };
  return {
    async run(statement, parameters) {
      await holder.query(statement, parameters);
    },
    async commit() {
      await holder.query("commit");
    },
    async waitForWaiters(most) {
      const look = () => count("$1 = any(pg_blocking_pids(pid))", [rows[0]?.pid]);
      await expect.poll(look, { timeout: 5_000 }).toBe(most);
    },
    async waitForBlocked(most) {
      const look = () => count("datname = current_database() and cardinality(pg_blocking_pids(pid)) > 0", []);
      await expect.poll(look, { timeout: 5_000 }).toBe(most);
    },
    async release() {
      await Promise.all([holder.end(), watcher.end()]);
    },
  };
}
