/** Every query on users. */
import type { User, UserRole } from "@pipit/protocol/models/user";
import { sql } from "kysely";
import type { Reader, Writer } from "../../context.ts";

const columns = ["id", "name", "avatar_url", "role"] as const;

export async function findUser(db: Reader, tenantId: string, userId: string): Promise<User | undefined> {
  return db
    .selectFrom("users")
    .select(columns)
    .where("tenant_id", "=", tenantId)
    .where("id", "=", userId)
    .executeTakeFirst();
}

/** Those of the users that exist, in no order. */
export async function findUsers(db: Reader, tenantId: string, userIds: readonly string[]): Promise<User[]> {
  if (userIds.length === 0) return [];
  return db
    .selectFrom("users")
    .select(columns)
    .where("tenant_id", "=", tenantId)
    .where(sql<boolean>`id = any(${userIds}::text[])`)
    .execute();
}

// The parser keeps some words together, such as addresses and signed numbers; the index is on the same expression.
const nameWords = sql`to_tsvector('simple', translate(name, './:@+-', '      '))`;

/** Users by id whose id is `q`, or a word of whose name begins with each word of `q`. */
export async function searchUsers(
  db: Reader,
  query: { tenantId: string; q: string; after: string; limit: number },
): Promise<User[]> {
  const words = query.q.match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  const matcher = words.map((word) => `${word}:*`).join(" & ");
  return db
    .selectFrom("users")
    .select(columns)
    .where("tenant_id", "=", query.tenantId)
    .where("id", ">", query.after)
    .where(
      matcher === ""
        ? sql<boolean>`id = ${query.q}`
        : sql<boolean>`(id = ${query.q} or ${nameWords} @@ to_tsquery('simple', ${matcher}))`,
    )
    .orderBy("id")
    .limit(query.limit)
    .execute();
}

/** Makes a user if there is none. @returns whether one was made. */
export async function insertUser(
  db: Reader,
  user: { tenantId: string; userId: string; name: string; role: UserRole; at: Date },
): Promise<boolean> {
  const result = await db
    .insertInto("users")
    .values({
      tenant_id: user.tenantId,
      id: user.userId,
      name: user.name,
      avatar_url: null,
      role: user.role,
      created_at: user.at,
      updated_at: user.at,
    })
    .onConflict((conflict) => conflict.columns(["tenant_id", "id"]).doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

export type UserChanges = {
  name?: string | undefined;
  avatar_url?: string | null | undefined;
  avatar_upload_id?: string | null | undefined;
  role?: UserRole | undefined;
};

/** Sets what is given. @returns the user as it is then, or undefined if there is none. */
export async function updateUser(
  db: Reader,
  key: { tenantId: string; userId: string },
  changes: UserChanges,
  at: Date,
): Promise<User | undefined> {
  return db
    .updateTable("users")
    .set({
      updated_at: at,
      ...(changes.name === undefined ? {} : { name: changes.name }),
      ...(changes.avatar_url === undefined ? {} : { avatar_url: changes.avatar_url }),
      ...(changes.avatar_upload_id === undefined ? {} : { avatar_upload_id: changes.avatar_upload_id }),
      ...(changes.role === undefined ? {} : { role: changes.role }),
    })
    .where("tenant_id", "=", key.tenantId)
    .where("id", "=", key.userId)
    .returning(columns)
    .executeTakeFirst();
}

/** Locks a user until the transaction ends, if there is one: always before media, whatever else takes both. */
export async function lockUser(tx: Writer, key: { tenantId: string; userId: string }): Promise<void> {
  await sql`select 1 from users where tenant_id = ${key.tenantId} and id = ${key.userId} for no key update`.execute(tx);
}

/** Counts a change to the user's private state, and gives its number. */
export async function nextAccountChange(tx: Writer, tenantId: string, userId: string): Promise<number> {
  const row = await tx
    .updateTable("users")
    .set((eb) => ({ account_change: eb("account_change", "+", 1) }))
    .where("tenant_id", "=", tenantId)
    .where("id", "=", userId)
    .returning("account_change")
    .executeTakeFirstOrThrow();
  return row.account_change;
}
