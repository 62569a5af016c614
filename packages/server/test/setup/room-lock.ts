/** Holds a room's lock, so that what would change the room waits, for as long as a test likes. */
import pg from "pg";
import { expect } from "vitest";

export type RoomLock = {
  /** Resolves when so many of the server's sessions wait for the lock. */
  waitForWaiters(count: number): Promise<void>;
  release(): Promise<void>;
};

/** @param databaseUrl the database's own address: the lock outlives what happens to the server's connections */
export async function lockRoom(databaseUrl: string, roomId: string): Promise<RoomLock> {
  const [holder, watcher] = [new pg.Client(databaseUrl), new pg.Client(databaseUrl)];
  await Promise.all([holder.connect(), watcher.connect()]);
  await holder.query("begin");
  const { rows } = await holder.query<{ pid: number }>(
    "select pg_backend_pid() as pid from rooms where id = $1 for update",
    [roomId],
  );
  // Another session looks: inside of a transaction the view of the others' activity stands still.
  const statement = "select count(*)::int as count from pg_stat_activity where $1 = any(pg_blocking_pids(pid))";
  return {
    async waitForWaiters(count) {
      const look = async () => (await watcher.query<{ count: number }>(statement, [rows[0]?.pid])).rows[0]?.count;
      await expect.poll(look, { timeout: 5_000 }).toBe(count);
    },
    async release() {
      await Promise.all([holder.end(), watcher.end()]);
    },
  };
}
