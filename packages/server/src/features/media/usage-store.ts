/** How many bytes of media a user and a tenant have, kept or promised. */
import { sql } from "kysely";
import type { Reader, Writer } from "../../context.ts";

/** The tenant's sum is kept under the id that no user has. */
const everyone = "";

type Owner = { tenantId: string; userId: string };

/**
 * Counts bytes for a user and the tenant. To be called last in a transaction, because all uploads of a tenant meet here.
 * @returns how many they have then
 */
export async function addUsage(tx: Writer, owner: Owner, bytes: number): Promise<{ user: number; tenant: number }> {
  const user = await addTo(tx, owner.tenantId, owner.userId, bytes);
  return { user, tenant: await addTo(tx, owner.tenantId, everyone, bytes) };
}

/** The bytes of a user, or of the whole tenant. */
export async function findUsage(db: Reader, tenantId: string, userId: string | undefined): Promise<number> {
  const row = await db
    .selectFrom("media_usage")
    .select("bytes")
    .where("tenant_id", "=", tenantId)
    .where("user_id", "=", userId ?? everyone)
    .executeTakeFirst();
  return row?.bytes ?? 0;
}

async function addTo(tx: Writer, tenantId: string, userId: string, bytes: number): Promise<number> {
  const { rows } = await sql<{ bytes: number }>`
    insert into media_usage (tenant_id, user_id, bytes) values (${tenantId}, ${userId}, ${bytes})
    on conflict (tenant_id, user_id) do update set bytes = media_usage.bytes + excluded.bytes
    returning bytes`.execute(tx);
  if (!rows[0]) throw new Error("usage was not counted");
  return rows[0].bytes;
}
