/** Makes users on first sight of a good token. */
import type { UserRole } from "@pipit/protocol/models/user";
import type { Clock } from "../../clock.ts";
import type { Reader } from "../../context.ts";
import { insertUser, updateUser } from "./users-store.ts";

type Claims = { tenantId: string; userId: string; name?: string | undefined; role?: UserRole | undefined };

export type UserDirectory = {
  /** Makes the user if need be. The role follows the token whenever it names one; the name is the user's own after that. */
  ensure(claims: Claims): Promise<void>;
};

const maxRemembered = 50_000;

/** A directory that remembers whom it has seen, so that a token costs no query after its first. */
export function createUserDirectory(db: Reader, clock: Clock): UserDirectory {
  const seen = new Map<string, UserRole | undefined>();
  return {
    async ensure(claims) {
      const key = `${claims.tenantId}/${claims.userId}`;
      if (seen.has(key) && (claims.role === undefined || seen.get(key) === claims.role)) return;
      const at = clock.now();
      const user = { ...claims, name: claims.name ?? claims.userId, role: claims.role ?? "user", at };
      const isNew = await insertUser(db, user);
      if (!isNew && claims.role !== undefined) await updateUser(db, claims, { role: claims.role }, at);
      if (seen.size >= maxRemembered) seen.clear();
      seen.set(key, claims.role);
    },
  };
}
