/** Signs Pipit's own tokens. */
import { SignJWT } from "jose";
import type { Clock } from "../clock.ts";

export const ownIssuer = "pipit";
export const ownAudience = "pipit";

/** `sessionId`: of a stand-alone account, whose token it is (verify-token.ts). */
type TokenSubject = {
  tenantId: string;
  userId: string;
  name?: string | undefined;
  sessionId?: string | undefined;
};
type IssuedToken = { token: string; expires_at: string };

/** Issues a token that lives `seconds`. */
export type TokenIssuer = { issue(subject: TokenSubject, seconds: number): Promise<IssuedToken> };

export function createTokenIssuer(secret: string, clock: Clock): TokenIssuer {
  const key = new TextEncoder().encode(secret);
  return {
    async issue(subject, seconds) {
      const issuedAt = Math.floor(clock.now().getTime() / 1000);
      const token = await new SignJWT(toClaims(subject))
        .setProtectedHeader({ alg: "HS256", typ: "JWT" })
        .setIssuer(ownIssuer)
        .setAudience(ownAudience)
        .setSubject(subject.userId)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + seconds)
        .sign(key);
      return { token, expires_at: new Date((issuedAt + seconds) * 1000).toISOString() };
    },
  };
}

function toClaims({ tenantId, name, sessionId }: TokenSubject): Record<string, string> {
  return { tenant: tenantId, ...(name ? { name } : {}), ...(sessionId === undefined ? {} : { sid: sessionId }) };
}
