/** Says whose token it is: one of ours, or one that the host product signed. */
import { userRoles } from "@pipit/protocol/models/user";
import { tenantId, text, userId } from "@pipit/protocol/scalars";
import { createRemoteJWKSet, decodeProtectedHeader, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from "jose";
import { z } from "zod";
import { AppError } from "../app-error.ts";
import type { Clock } from "../clock.ts";
import type { Config } from "../config.ts";
import { ownAudience, ownIssuer } from "./issue-token.ts";

/** What a good token says. `name` and `role` are there if the token carries them. */
export type Identity = {
  tenantId: string;
  userId: string;
  name?: string | undefined;
  role?: (typeof userRoles)[number] | undefined;
  expiresAt: Date;
};

export type TokenVerifier = { verify(token: string): Promise<Identity> };

const symmetric = ["HS256", "HS384", "HS512"];
const asymmetric = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
  "Ed25519",
];
const clockToleranceSeconds = 5;
const maxTokenLength = 8192;

const claimedName = text(1, 100).optional().catch(undefined);
const claimedRole = z.enum(userRoles).optional().catch(undefined);

/**
 * The verifier for a configuration. The kind of key follows from the algorithm, never from the token's own hints (RFC
 * 8725 §3.1): HS algorithms are only ever checked against the secret, the others only against the JWKS, so a public key
 * can't be passed off as a secret; `jku`, `x5u` and `jwk` headers are not looked at.
 */
export function createTokenVerifier(config: Config, secret: string, clock: Clock): TokenVerifier {
  const secretKey = new TextEncoder().encode(secret);
  const keySet = config.jwksUrl
    ? createRemoteJWKSet(new URL(config.jwksUrl), { timeoutDuration: 5_000, cooldownDuration: 30_000 })
    : undefined;

  async function check(token: string): Promise<JWTPayload> {
    const algorithm = decodeProtectedHeader(token).alg ?? "none";
    const options = {
      clockTolerance: clockToleranceSeconds,
      currentDate: clock.now(),
      requiredClaims: ["exp"],
    };
    if (symmetric.includes(algorithm)) {
      return (await jwtVerify(token, secretKey, { ...options, algorithms: symmetric })).payload;
    }
    if (!keySet) throw new AppError("unauthenticated");
    const getKey: JWTVerifyGetKey = keySet;
    return (await jwtVerify(token, getKey, { ...options, algorithms: asymmetric })).payload;
  }

  return {
    async verify(token) {
      if (token.length > maxTokenLength) throw new AppError("unauthenticated");
      try {
        const payload = await check(token);
        requireAddressee(config, payload);
        return toIdentity(config, payload);
      } catch (error) {
        throw toRefusal(error);
      }
    },
  };
}

// A token meant for another service of the host product must not open this one (RFC 7519 §4.1.3).
function requireAddressee(config: Config, payload: JWTPayload): void {
  const audiences = payload.aud === undefined ? [] : [payload.aud].flat();
  const isOwn = payload.iss === ownIssuer && audiences.includes(ownAudience);
  if (isOwn) return;
  if (config.jwtIssuer !== undefined && payload.iss !== config.jwtIssuer) throw new AppError("unauthenticated");
  const wanted = config.jwtAudience ?? ownAudience;
  const isOptional = config.jwtAudience === undefined && audiences.length === 0;
  if (!isOptional && !audiences.includes(wanted)) throw new AppError("unauthenticated");
}

function toIdentity(config: Config, payload: JWTPayload): Identity {
  const user = userId.safeParse(payload[config.jwtClaimUser]);
  const tenant = tenantId.safeParse(payload[config.jwtClaimTenant] ?? "default");
  if (!user.success || !tenant.success || payload.exp === undefined) throw new AppError("unauthenticated");
  return {
    userId: user.data,
    tenantId: tenant.data,
    name: claimedName.parse(payload[config.jwtClaimName]),
    role: claimedRole.parse(payload[config.jwtClaimRole]),
    expiresAt: new Date(payload.exp * 1000),
  };
}

// That the host's keys can't be fetched is not the caller's fault; every other reason is the same answer to outsiders.
function toRefusal(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ERR_JWKS_TIMEOUT" || (error instanceof TypeError && error.message === "fetch failed")) {
    return new AppError("unavailable", { cause: error, retryAfterSeconds: 5 });
  }
  return new AppError("unauthenticated", { cause: error });
}
