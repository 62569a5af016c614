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
  /** Seconds since 1970, if the token says when it was made. */
  issuedAt?: number | undefined;
  /** The session of a stand-alone account that one of our own tokens was given for. */
  sessionId?: string | undefined;
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
const latestDateSeconds = 8.64e12;

/** Kinds of token that give access (RFC 8725 §3.11): none named, a plain JWT, or an access token of RFC 9068. */
const accessTypes = /^(application\/)?(at\+)?jwt$/i;

// A name comes from outside: what PostgreSQL can't store is no name.
const claimedName = text(1, 100)
  .refine((name) => name.isWellFormed() && !name.includes("\0"))
  .optional()
  .catch(undefined);
const claimedTime = z.number().optional().catch(undefined);
const claimedSession = z.string().min(1).max(64).optional().catch(undefined);
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

  async function check(token: string): Promise<Checked> {
    const { alg: algorithm = "none", typ } = decodeProtectedHeader(token);
    if (typ !== undefined && !accessTypes.test(typ)) throw new AppError("unauthenticated");
    const options = {
      clockTolerance: clockToleranceSeconds,
      currentDate: clock.now(),
      requiredClaims: ["exp"],
    };
    if (symmetric.includes(algorithm)) {
      const { payload } = await jwtVerify(token, secretKey, { ...options, algorithms: symmetric });
      return { payload, isOwn: isOwn(payload) };
    }
    if (!keySet) throw new AppError("unauthenticated");
    const getKey: JWTVerifyGetKey = keySet;
    return { payload: (await jwtVerify(token, getKey, { ...options, algorithms: asymmetric })).payload, isOwn: false };
  }

  return {
    async verify(token) {
      if (token.length > maxTokenLength) throw new AppError("unauthenticated");
      try {
        const { payload, isOwn } = await check(token);
        if (isOwn) return { ...toIdentity(ownClaims, payload), sessionId: claimedSession.parse(payload.sid) };
        requireAddressee(config, payload);
        return toIdentity(config, payload);
      } catch (error) {
        throw toRefusal(error);
      }
    },
  };
}

type Checked = { payload: JWTPayload; isOwn: boolean };
type ClaimNames = Pick<Config, "jwtClaimUser" | "jwtClaimTenant" | "jwtClaimName" | "jwtClaimRole">;

/** The claims of our own tokens, whatever the host calls its own (issue-token.ts). */
const ownClaims: ClaimNames = {
  jwtClaimUser: "sub",
  jwtClaimTenant: "tenant",
  jwtClaimName: "name",
  jwtClaimRole: "role",
};

// Only the secret signs our own: under a key of the host, our name as the issuer means nothing.
function isOwn(payload: JWTPayload): boolean {
  return payload.iss === ownIssuer && payload.aud === ownAudience;
}

// A token meant for another service of the host product must not open this one (RFC 7519 §4.1.3).
function requireAddressee(config: Config, payload: JWTPayload): void {
  const audiences = payload.aud === undefined ? [] : [payload.aud].flat();
  if (config.jwtIssuer !== undefined && payload.iss !== config.jwtIssuer) throw new AppError("unauthenticated");
  const wanted = config.jwtAudience ?? ownAudience;
  const isOptional = config.jwtAudience === undefined && audiences.length === 0;
  if (!isOptional && !audiences.includes(wanted)) throw new AppError("unauthenticated");
}

function toIdentity(names: ClaimNames, payload: JWTPayload): Identity {
  const user = userId.safeParse(payload[names.jwtClaimUser]);
  const { [names.jwtClaimTenant]: claimed = "default" } = payload;
  const tenant = tenantId.safeParse(claimed);
  const { exp } = payload;
  if (!user.success || !tenant.success || exp === undefined || exp > latestDateSeconds) {
    throw new AppError("unauthenticated");
  }
  return {
    userId: user.data,
    tenantId: tenant.data,
    name: claimedName.parse(payload[names.jwtClaimName]),
    role: claimedRole.parse(payload[names.jwtClaimRole]),
    issuedAt: claimedTime.parse(payload.iat),
    expiresAt: new Date(exp * 1000),
  };
}

/** How jose says that the host's keys could not be had: no answer in time, an error, or something that is no key set. */
const keyFailures = new Set(["ERR_JWKS_TIMEOUT", "ERR_JWKS_INVALID", "ERR_JOSE_GENERIC"]);

// That the host's keys can't be fetched is not the caller's fault; every other reason is the same answer to outsiders.
function toRefusal(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (keyFailures.has(code) || (error instanceof TypeError && error.message === "fetch failed")) {
    return new AppError("unavailable", { cause: error, retryAfterSeconds: 5 });
  }
  return new AppError("unauthenticated", { cause: error });
}
