/** Addresses that clients upload to: each holds what was promised, sealed by the server. */
import { z } from "zod";
import { AppError } from "../../../app-error.ts";
import { seal, unseal } from "../../../sealed-token.ts";
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

/** `secret` is for this purpose alone. */
type Options = { secret: string; baseUrl: () => string; now: () => Date };

const facts = z.object({
  door: z.enum(["put", "tus"]),
  key: z.string().refine(isStorageKey),
  type: z.string(),
  size: z.number(),
  expires: z.number(),
});

const paths: Record<UploadDoor, string> = { put: "uploads", tus: "tus" };

/** Upload addresses below `baseUrl()`. */
export function createUploadUrls({ secret, baseUrl, now }: Options): UploadUrls {
  return {
    sign(door, key, { contentType, size, expiresAt }) {
      const sealed = seal(secret, { door, key, type: contentType, size, expires: expiresAt.getTime() });
      return `${baseUrl()}/media/${paths[door]}/${sealed}`;
    },
    open(token) {
      const parsed = facts.safeParse(unseal(secret, token));
      if (!parsed.success) throw new AppError("not_found", { message: "There is no such upload address." });
      const { door, key, type, size, expires } = parsed.data;
      if (now().getTime() >= expires) throw new AppError("gone", { message: "This upload address has expired." });
      return { door, key, promise: { contentType: type, size, expiresAt: new Date(expires) } };
    },
  };
}
