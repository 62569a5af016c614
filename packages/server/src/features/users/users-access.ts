/** What other parts may ask of users. */
import type { User } from "@pipit/protocol/models/user";
import { AppError } from "../../app-error.ts";
import type { Context, Reader, Services } from "../../context.ts";
import { lockAvatar } from "../media/avatar-access.ts";
import { findUser, findUsers, lockUser, type UserChanges, updateUser } from "./users-store.ts";

export { findUsers, nextAccountChange } from "./users-store.ts";

/** What of a server it takes to make or change users. */
export type UserServices = Pick<Services, "db" | "clock" | "users">;

/** The user as it is when what is given has been set, or undefined if there is none. */
export function changeUser(
  services: UserServices,
  key: { tenantId: string; userId: string },
  { name, avatar_url, role }: Omit<UserChanges, "avatar_upload_id">,
): Promise<User | undefined> {
  const at = services.clock.now();
  if (avatar_url === undefined) return updateUser(services.db, key, { name, role }, at);
  return services.db.transaction().execute(async (tx) => {
    await lockUser(tx, key);
    const avatar = { avatar_url, avatar_upload_id: await lockAvatar(tx, key, avatar_url) };
    return updateUser(tx, key, { name, role, ...avatar }, at);
  });
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
