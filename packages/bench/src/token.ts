/** Signs tokens as a host product does (JWT, RFC 7519, with HS256). */
import { createHmac } from "node:crypto";

const lifetimeSeconds = 3600;

export type Claims = { userId: string; name?: string; tenantId?: string };

/** A token for an hour. @param secret at least 32 bytes, the server's PIPIT_JWT_SECRET. */
export function signToken(secret: string, { userId, name, tenantId }: Claims): string {
  const issuedAt = Math.floor(Date.now() / 1000);
  const claims = {
    sub: userId,
    name: name ?? userId,
    tenant: tenantId,
    iat: issuedAt,
    exp: issuedAt + lifetimeSeconds,
  };
  const signed = `${encode({ alg: "HS256", typ: "JWT" })}.${encode(claims)}`;
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString("base64url");
}
