/** Addresses that clients upload to: each holds what was promised, signed by the server. */
import { createHmac, timingSafeEqual } from "node:crypto";
import { AppError } from "../../../app-error.ts";
import type { UploadPromise } from "../media-store.ts";
import { isStorageKey } from "../storage-key.ts";

/** How one uploads there: by one PUT, or by the tus protocol. */
export type UploadDoor = "put" | "tus";

type OpenedUpload = { door: UploadDoor; key: string; promise: UploadPromise };

export type UploadUrls = {
  /** The address of an upload; whoever has it may make the upload until the promise expires. */
  sign(door: UploadDoor, key: string, promise: UploadPromise): string;
  /**
   * What the last segment of such an address stands for.
   * @throws {AppError} `not_found` if it is not from here, `gone` when it has expired
   */
  open(token: string): OpenedUpload;
};

type Options = { secret: string; baseUrl: () => string; now: () => Date };
type Payload = { door: UploadDoor; key: string; type: string; size: number; expires: number };

const paths: Record<UploadDoor, string> = { put: "uploads", tus: "tus" };
const longestToken = 2048;

/** Upload addresses below `baseUrl()`, signed with HMAC-SHA256. */
export function createUploadUrls({ secret, baseUrl, now }: Options): UploadUrls {
  // The label keeps signatures apart from others that are made with the same secret.
  const seal = (payload: string) => createHmac("sha256", secret).update(`pipit upload 1\n${payload}`).digest();
  return {
    sign(door, key, { contentType, size, expiresAt }) {
      const payload: Payload = { door, key, type: contentType, size, expires: expiresAt.getTime() };
      const encoded = Buffer.from(JSON.stringify(payload)).toString("base64url");
      return `${baseUrl()}/media/${paths[door]}/${encoded}.${seal(encoded).toString("base64url")}`;
    },
    open(token) {
      const [encoded, signature, ...rest] = token.length > longestToken ? [] : token.split(".");
      if (encoded === undefined || signature === undefined || rest.length > 0) throw unknown();
      if (!isEqual(signature, seal(encoded).toString("base64url"))) throw unknown();
      const { door, key, type, size, expires } = JSON.parse(Buffer.from(encoded, "base64url").toString()) as Payload;
      if (!isStorageKey(key)) throw unknown();
      if (now().getTime() >= expires) throw new AppError("gone", { message: "This upload address has expired." });
      return { door, key, promise: { contentType: type, size, expiresAt: new Date(expires) } };
    },
  };
}

// The texts are compared, not the bytes they stand for: base64 has several spellings of the same bytes.
function isEqual(given: string, expected: string): boolean {
  const a = Buffer.from(given);
  const b = Buffer.from(expected);
  return a.length === b.length && timingSafeEqual(a, b);
}

function unknown(): AppError {
  return new AppError("not_found", { message: "There is no such upload address." });
}
