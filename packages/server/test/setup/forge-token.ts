/** Tokens by hand, good and bad: every part can be what no library would write. */
import { createHmac, type KeyObject, sign } from "node:crypto";

type Json = Record<string, unknown> | unknown[] | string | number | null;

/** What signs: given the signing input, gives the signature. */
export type Signer = (input: string) => Buffer;

export function encode(part: Json | Buffer): string {
  return (Buffer.isBuffer(part) ? part : Buffer.from(JSON.stringify(part))).toString("base64url");
}

export function forge(header: Json | Buffer, payload: Json | Buffer, signer: Signer): string {
  const input = `${encode(header)}.${encode(payload)}`;
  return `${input}.${signer(input).toString("base64url")}`;
}

export function hmac(bits: 256 | 384 | 512, secret: string | Buffer): Signer {
  return (input) => createHmac(`sha${bits}`, secret).update(input).digest();
}

/** RSA with PKCS #1 padding, ECDSA as JOSE writes it, or EdDSA. */
export function signWith(key: KeyObject, hash: "sha256" | "sha384" | "sha512" = "sha256"): Signer {
  if (key.asymmetricKeyType === "ed25519") return (input) => sign(null, Buffer.from(input), key);
  return (input) => sign(hash, Buffer.from(input), { key, dsaEncoding: "ieee-p1363" });
}

export const unsigned: Signer = () => Buffer.alloc(0);
