/** Every query on the links by which people join rooms. */
import { type Selectable, sql } from "kysely";
import { AppError } from "../../app-error.ts";
import type { Reader, Writer } from "../../context.ts";
import type { Database } from "../../db/schema.ts";

export type InviteRow = Selectable<Database["invites"]>;

const columns = [
  "room_id",
  "code",
  "tenant_id",
  "created_by",
  "created_at",
  "expires_at",
  "max_uses",
  "uses",
  "needs_approval",
  "revoked_at",
] as const;

/** Of the links of a room that have ended, so many are remembered. */
const maxEnded = 1_000;

const isWorking = (now: Date) => sql<boolean>`
  (revoked_at is null and (expires_at is null or expires_at > ${now}) and (max_uses is null or uses < max_uses))`;

/** Makes a link of a locked room; of those that have ended, the oldest are forgotten. */
export async function insertInvite(tx: Writer, invite: Omit<InviteRow, "uses" | "revoked_at">): Promise<InviteRow> {
  await sql`
    delete from invites where room_id = ${invite.room_id} and code in (
      select code from invites where room_id = ${invite.room_id} and not ${isWorking(invite.created_at)}
      order by created_at desc, code offset ${maxEnded})`.execute(tx);
  return tx.insertInto("invites").values(invite).returning(columns).executeTakeFirstOrThrow();
}

/** A room's links that still work, the newest first. */
export async function findWorkingInvites(db: Reader, roomId: string, now: Date, limit: number): Promise<InviteRow[]> {
  return db
    .selectFrom("invites")
    .select(columns)
    .where("room_id", "=", roomId)
    .where(isWorking(now))
    .orderBy("created_at", "desc")
    .orderBy("code")
    .limit(limit)
    .execute();
}

/** A link of the tenant's, working or not. */
export async function findInvite(db: Reader, tenantId: string, code: string): Promise<InviteRow | undefined> {
  return db
    .selectFrom("invites")
    .select(columns)
    .where("code", "=", code)
    .where("tenant_id", "=", tenantId)
    .executeTakeFirst();
}

/** @throws {AppError} `gone` when a link was revoked, has expired or is used up */
export function requireWorking(invite: InviteRow, now: Date): void {
  const isUsedUp = invite.max_uses !== null && invite.uses >= invite.max_uses;
  const hasExpired = invite.expires_at !== null && invite.expires_at <= now;
  if (invite.revoked_at !== null || hasExpired || isUsedUp) {
    throw new AppError("gone", { message: "This link does not work any more." });
  }
}

/** Counts one who has joined a locked room by a link, up to the most that it takes. */
export async function countUse(tx: Writer, roomId: string, code: string): Promise<void> {
  await sql`
    update invites set uses = uses + 1
    where room_id = ${roomId} and code = ${code} and (max_uses is null or uses < max_uses)`.execute(tx);
}

export async function markRevoked(tx: Writer, roomId: string, code: string, at: Date): Promise<void> {
  await sql`
    update invites set revoked_at = ${at}
    where room_id = ${roomId} and code = ${code} and revoked_at is null`.execute(tx);
}
