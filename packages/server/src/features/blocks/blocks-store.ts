/** The queries on who blocks whom. */
import { sql } from "kysely";
import type { Writer } from "../../context.ts";
import type { UserKey } from "../../ports/audiences/audiences.ts";

/** Each is later than the one before, so that the list has one order, whatever the clock says. */
export async function insertBlock(
  tx: Writer,
  { tenantId, userId }: UserKey,
  blockedId: string,
  at: Date,
): Promise<void> {
  await sql`
    insert into blocks (tenant_id, user_id, blocked_id, blocked_at)
    select ${tenantId}, ${userId}, ${blockedId}, greatest(${at}, max(blocked_at) + interval '1 millisecond')
    from blocks where tenant_id = ${tenantId} and user_id = ${userId}`.execute(tx);
}

export async function deleteBlock(tx: Writer, { tenantId, userId }: UserKey, blockedId: string): Promise<void> {
  await tx
    .deleteFrom("blocks")
    .where("tenant_id", "=", tenantId)
    .where("user_id", "=", userId)
    .where("blocked_id", "=", blockedId)
    .execute();
}
