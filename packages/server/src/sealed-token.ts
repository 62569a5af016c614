/** Small facts that the server hands out and takes back: readable by anyone, changeable by nobody. */
import { createHmac, timingSafeEqual } from "node:crypto";

const longest = 2_048;

/** The facts with a seal: `base64url(JSON).base64url(HMAC-SHA256)`. */
export function seal(secret: string, facts: object): string {
  const body = Buffer.from(JSON.stringify(facts)).toString("base64url");
  return `${body}.${sign(secret, body)}`;
}

/** What was sealed, or undefined for what is not sealed by this secret. */
export function unseal(secret: string, token: string): unknown {
  const [body, seal, ...rest] = token.length > longest ? [] : token.split(".");
  if (body === undefined || seal === undefined || rest.length > 0 || !isEqual(seal, sign(secret, body)))
    return undefined;
  return JSON.parse(Buffer.from(body, "base64url").toString("utf8"));
}

function sign(secret: string, body: string): string {
  return createHmac("sha256", secret).update(body).digest("base64url");
}

// The texts are compared, not the bytes they stand for: base64 has several spellings of the same bytes.
function isEqual(given: string, expected: string): boolean {
  const a = Buffer.from(given);
  const b = Buffer.from(expected);
  return a.length === b.length && timingSafeEqual(a, b);
}
