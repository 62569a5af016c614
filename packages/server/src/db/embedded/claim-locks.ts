/** The advisory locks by which the processes that use one PostgreSQL know of each other. They end with the session. */
import type { Claimant } from "./connect-claimant.ts";

// "pipi" in ASCII, to keep clear of other users of advisory locks.
const family = 0x70697069;
const ownerKey = `${family}, 1`;
const useKey = `${family}, 2`;

/** Says that the session uses PostgreSQL, whoever it is. */
export async function claimUse({ client }: Claimant): Promise<void> {
  await client.query(`select pg_advisory_lock_shared(${useKey})`);
}

/** Whether nobody else uses PostgreSQL. If so, no one can begin to until the session ends. */
export async function isLastUser(claimant: Claimant): Promise<boolean> {
  return await tryLock(claimant, useKey);
}

/** Becomes the owner, or stays it; false when another session is. */
export async function tryOwn(claimant: Claimant): Promise<boolean> {
  return await tryLock(claimant, ownerKey);
}

/** Who the owner is, in words; undefined when there is none. */
export async function findOwner({ client }: Claimant): Promise<string | undefined> {
  const { rows } = await client.query<{ backend: number; name: string }>(
    `select a.pid as backend, a.application_name as name
       from pg_locks l join pg_stat_activity a on a.pid = l.pid
      where l.locktype = 'advisory' and l.granted and l.classid = ${family} and l.objid = 1 limit 1`,
  );
  const [owner] = rows;
  return owner && `${owner.name} (PostgreSQL session ${owner.backend})`;
}

async function tryLock({ client }: Claimant, key: string): Promise<boolean> {
  const { rows } = await client.query<{ got: boolean }>(`select pg_try_advisory_lock(${key}) as got`);
  return rows[0]?.got === true;
}
