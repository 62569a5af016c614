/** Turns credentials into an actor. */
import { hash, timingSafeEqual } from "node:crypto";
import { AppError } from "../app-error.ts";
import type { Actor, Services } from "../context.ts";
import { cacheTokens } from "./token-cache.ts";
import { createTokenVerifier, type Identity } from "./verify-token.ts";

/** Who a token belongs to, and until when. */
type Authenticated = { actor: Actor; expiresAt: Date };

export type Authenticator = {
  /** @throws {AppError} `unauthenticated` for any token that is not good. */
  authenticate(token: string | undefined, deviceId: string | undefined): Promise<Authenticated>;
  isAdminKey(key: string | undefined): boolean;
};

export const serviceActor: Actor = { kind: "service", tenantId: "", userId: "" };

export function createAuthenticator(services: Services, secrets: { jwt: string; admin: string }): Authenticator {
  const verifier = cacheTokens(createTokenVerifier(services.config, secrets.jwt, services.clock), services.clock);
  const adminDigest = digest(secrets.admin);
  return {
    async authenticate(token, deviceId) {
      if (!token) throw new AppError("unauthenticated");
      const identity = await verifier.verify(token);
      await services.users.ensure(identity);
      return { actor: toActor(identity, deviceId), expiresAt: identity.expiresAt };
    },
    isAdminKey: (key) => key !== undefined && timingSafeEqual(digest(key), adminDigest),
  };
}

function toActor(identity: Identity, deviceId: string | undefined): Actor {
  return { kind: "user", tenantId: identity.tenantId, userId: identity.userId, deviceId: toDeviceId(deviceId) };
}

function toDeviceId(value: string | undefined): string | undefined {
  return value !== undefined && /^[\x21-\x7e]{1,128}$/.test(value) ? value : undefined;
}

// Digests, because timingSafeEqual needs equal lengths.
function digest(value: string): Buffer {
  return hash("sha256", value, "buffer");
}
