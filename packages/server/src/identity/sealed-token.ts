/** Small facts that the server hands out and takes back: readable by anyone, changeable by nobody. */
import { createHmac, timingSafeEqual } from "node:crypto";

/** The facts with a seal: `base64url(JSON).base64url(HMAC-SHA256)`. */
export function seal(secret: string, facts: object): string {
  const body = Buffer.from(JSON.stringify(facts)).toString("base64url");
  return `${body}.${sign(secret, body).toString("base64url")}`;
}

/** What was sealed, or undefined for what is not sealed by this secret. */
export function unseal(secret: string, token: string): unknown {
  const [body = "", given = "", ...rest] = token.split(".");
  const signature = Buffer.from(given, "base64url");
  const expected = sign(secret, body);
  if (rest.length > 0 || signature.length !== expected.length || !timingSafeEqual(signature, expected))
    return undefined;
  return JSON.parse(Buffer.from(body, "base64url").toString("utf8"));
}

function sign(secret: string, body: string): Buffer {
  return createHmac("sha256", secret).update(body).digest();
}
