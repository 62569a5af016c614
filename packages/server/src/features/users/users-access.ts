/** What other parts may ask of users. */
import type { User, UserRole } from "@pipit/protocol/models/user";
import { AppError } from "../../app-error.ts";
import type { Context, Reader, Services } from "../../context.ts";
import { findUser, findUsers, insertUser, type UserChanges, updateUser } from "./users-store.ts";

export { findUsers, nextAccountChange } from "./users-store.ts";

/** What of a server it takes to make or change users. */
export type UserServices = Pick<Services, "db" | "clock">;

type Claims = { tenantId: string; userId: string; name?: string | undefined; role?: UserRole | undefined };

const maxRemembered = 50_000;
const roles = new WeakMap<object, Map<string, UserRole>>();

/**
 * Makes the user of a good token on first sight. The role follows the token whenever it names one; the name is the
 * user's own after that.
 * @returns the user's role.
 */
export async function ensureUser(services: UserServices, claims: Claims): Promise<UserRole> {
  const remembered = rolesOf(services.db);
  const key = `${claims.tenantId}/${claims.userId}`;
  const known = remembered.get(key);
  if (known !== undefined && (claims.role === undefined || claims.role === known)) return known;
  const role = await makeOrUpdate(services, claims);
  if (remembered.size >= maxRemembered) remembered.clear();
  remembered.set(key, role);
  return role;
}

/** Sets what is given of a user. @returns the user as it is then, or undefined if there is none. */
export async function changeUser(
  services: UserServices,
  key: { tenantId: string; userId: string },
  changes: UserChanges,
): Promise<User | undefined> {
  const user = await updateUser(services.db, key, changes, services.clock.now());
  rolesOf(services.db).delete(`${key.tenantId}/${key.userId}`);
  return user;
}

/** The user, if the caller's tenant has it. @throws {AppError} `not_found` */
export async function accessUser(ctx: Context, userId: string, db: Reader = ctx.db): Promise<User> {
  const user = await findUser(db, ctx.actor.tenantId, userId);
  if (!user) throw new AppError("not_found", { message: "There is no such user." });
  return user;
}

/** The users, all of which the caller's tenant must have. @throws {AppError} `not_found`, naming those it lacks. */
export async function accessUsers(ctx: Context, userIds: readonly string[], db: Reader = ctx.db): Promise<User[]> {
  const users = await findUsers(db, ctx.actor.tenantId, userIds);
  const found = new Set(users.map((user) => user.id));
  const missing = userIds.filter((id) => !found.has(id));
  if (missing.length > 0)
    throw new AppError("not_found", { message: "There is no such user.", details: { user_ids: missing } });
  return users;
}

async function makeOrUpdate(services: UserServices, claims: Claims): Promise<UserRole> {
  const at = services.clock.now();
  const role = claims.role ?? "user";
  if (await insertUser(services.db, { ...claims, name: claims.name ?? claims.userId, role, at })) return role;
  const stored = await findUser(services.db, claims.tenantId, claims.userId);
  if (!stored) throw new AppError("unavailable", { retryAfterSeconds: 1 });
  if (claims.role === undefined || claims.role === stored.role) return stored.role;
  await updateUser(services.db, claims, { role: claims.role }, at);
  return claims.role;
}

function rolesOf(db: object): Map<string, UserRole> {
  let remembered = roles.get(db);
  if (!remembered) {
    remembered = new Map();
    roles.set(db, remembered);
  }
  return remembered;
}
