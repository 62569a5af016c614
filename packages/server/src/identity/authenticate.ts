/** Turns credentials into an actor. */
import { hash, timingSafeEqual } from "node:crypto";
import { AppError } from "../app-error.ts";
import type { Actor, Services } from "../context.ts";
import { cacheTokens } from "./token-cache.ts";
import { createTokenVerifier, type Identity } from "./verify-token.ts";

/** Who a token belongs to, and until when. */
type Authenticated = { actor: Actor; expiresAt: Date };

export type Authenticator = {
  /**
   * For a request. That its device was logged out on another node may be found out five seconds late.
   * @throws {AppError} `unauthenticated` for any token that is not good, or is older than its device's log-out
   */
  authenticate(token: string | undefined, deviceId: string | undefined): Promise<Authenticated>;
  /**
   * For a socket, whose device is looked up when a log-out can reach the socket.
   * @throws {AppError} `unauthenticated` for any token that is not good
   */
  identify(token: string | undefined, deviceId: string | undefined): Promise<Authenticated>;
  isAdminKey(key: string | undefined): boolean;
};

export const serviceActor: Actor = { kind: "service", tenantId: "", userId: "" };

export function createAuthenticator(services: Services, secrets: { jwt: string; admin: string }): Authenticator {
  const verifier = cacheTokens(createTokenVerifier(services.config, secrets.jwt, services.clock), services.clock);
  const adminDigest = digest(secrets.admin);

  async function identify(token: string | undefined, deviceId: string | undefined): Promise<Authenticated> {
    if (!token) throw new AppError("unauthenticated");
    const identity = await verifier.verify(token);
    await services.users.ensure(identity);
    return { actor: toActor(identity, deviceId), expiresAt: identity.expiresAt };
  }

  return {
    identify,
    async authenticate(token, deviceId) {
      const authenticated = await identify(token, deviceId);
      await services.devices.gate.requireOpenLately(authenticated.actor);
      return authenticated;
    },
    isAdminKey: (key) => key !== undefined && timingSafeEqual(digest(key), adminDigest),
  };
}

function toActor(identity: Identity, deviceId: string | undefined): Actor {
  const { tenantId, userId, issuedAt, sessionId } = identity;
  return { kind: "user", tenantId, userId, deviceId: toDeviceId(deviceId), issuedAt, sessionId };
}

function toDeviceId(value: string | undefined): string | undefined {
  return value !== undefined && /^[\x21-\x7e]{1,128}$/.test(value) ? value : undefined;
}

// Digests, because timingSafeEqual needs equal lengths.
function digest(value: string): Buffer {
  return hash("sha256", value, "buffer");
}
