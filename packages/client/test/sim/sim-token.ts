/** Tokens as a host product makes them, at once: the simulation awaits nothing that it does not drive itself. */
import { createHmac } from "node:crypto";
import { simSecret } from "./sim-database.ts";

const lifeSeconds = 86_400;

/** A token of a user, made now. @param now milliseconds since 1970 */
export function signToken(tenantId: string, userId: string, now: number): string {
  const iat = Math.floor(now / 1000);
  const claims = {
    iss: "pipit",
    aud: "pipit",
    sub: userId,
    tenant: tenantId,
    name: userId,
    iat,
    exp: iat + lifeSeconds,
  };
  const head = `${encode({ alg: "HS256", typ: "JWT" })}.${encode(claims)}`;
  return `${head}.${createHmac("sha256", simSecret).update(head).digest("base64url")}`;
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
