/** Who makes a request, by its Authorization header. */
import type { Context } from "hono";
import { AppError } from "../app-error.ts";
import type { Actor } from "../context.ts";
import { type Authenticator, serviceActor } from "../identity/authenticate.ts";
import { addressOf } from "./address-of.ts";

/** @param isService the holder of the admin key, not a user. @throws {AppError} `unauthenticated` or `rate_limited` */
export type FindActor = (c: Context, isService?: boolean) => Promise<Actor>;

type Options = {
  authenticator: Authenticator;
  trustProxy: boolean;
  /** Counts a call with bad credentials against the address that it came from. */
  countFailure(address: string): Promise<void>;
};

export function createFindActor({ authenticator, trustProxy, countFailure }: Options): FindActor {
  return async (c, isService = false) => {
    const token = /^Bearer ([^\s]+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
    try {
      if (!isService) return (await authenticator.authenticate(token, c.req.header("x-device-id"))).actor;
      if (!authenticator.isAdminKey(token)) throw new AppError("unauthenticated");
      return serviceActor;
    } catch (error) {
      if (error instanceof AppError && error.code === "unauthenticated") await countFailure(addressOf(c, trustProxy));
      throw error;
    }
  };
}
