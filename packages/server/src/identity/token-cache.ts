/** Remembers verified tokens for a short while, so that a burst of requests verifies one signature. */
import { hash } from "node:crypto";
import type { Clock } from "../clock.ts";
import type { Identity, TokenVerifier } from "./verify-token.ts";

const maxEntries = 10_000;
const maxAgeMs = 60_000;

/** A verifier in front of another. Only good tokens are kept, under their digest, and never beyond their expiry. */
export function cacheTokens(verifier: TokenVerifier, clock: Clock): TokenVerifier {
  const known = new Map<string, { identity: Identity; until: number }>();
  return {
    async verify(token) {
      const digest = hash("sha256", token, "base64url");
      const now = clock.now().getTime();
      const hit = known.get(digest);
      if (hit && hit.until > now) return hit.identity;
      const identity = await verifier.verify(token);
      if (known.size >= maxEntries) known.delete(known.keys().next().value ?? "");
      known.delete(digest);
      known.set(digest, { identity, until: Math.min(identity.expiresAt.getTime(), now + maxAgeMs) });
      return identity;
    },
  };
}
