/** The keys that media is stored under: made by the server of digests and ids alone, whatever names clients give. */
import { hash, randomBytes } from "node:crypto";
import type { Variant } from "../../media/media-processor.ts";

type Owner = { tenantId: string; userId: string };

const uuid = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
const fileKeyPattern = new RegExp(`^incoming/[0-9a-f]{32}/(${uuid})$`);
const folderPattern = new RegExp(`^media/[0-9a-f]{32}/(${uuid})/`);
const filePath = new RegExp(`/media/(${uuid})/file$`);
const anyOrigin = "http://localhost";
const uuidPattern = new RegExp(`^${uuid}$`);

/** Where all uploads are that nobody has confirmed. */
export const incomingPrefix = "incoming/";

/** Where all media is that has been confirmed. */
export const keptPrefix = "media/";

/** Where a user uploads to. Each has a prefix of their own, which no other user's key can have. */
export function toFileKey(owner: Owner, uploadId: string): string {
  return `${incomingPrefix}${digest([owner.tenantId, owner.userId])}/${uploadId}`;
}

/** The upload that a key names, if it has the form of one. */
export function fromFileKey(key: string): string | undefined {
  return fileKeyPattern.exec(key)?.[1];
}

/** The id, if it has the form of one. */
export function parseUploadId(id: string): string | undefined {
  return uuidPattern.test(id) ? id : undefined;
}

/** The medium that an address of a file leads to, whatever server it names. */
export function fromFileUrl(url: string): string | undefined {
  return URL.canParse(url, anyOrigin) ? filePath.exec(new URL(url, anyOrigin).pathname)?.[1] : undefined;
}

/** Where everything is that belongs to a medium. */
export function toFolder(tenantId: string, uploadId: string): string {
  return `${keptPrefix}${digest([tenantId])}/${uploadId}/`;
}

/** The medium that a kept object belongs to. */
export function fromKeptKey(key: string): string | undefined {
  return folderPattern.exec(key)?.[1];
}

/** A key that nothing has been written to: an object that was served never changes, and no upload address leads to it. */
export function newObjectKey(folder: string, name: "original" | "poster"): string {
  return `${folder}${name}-${randomBytes(8).toString("hex")}`;
}

export function toVariantKey(folder: string, variant: Variant): string {
  return `${folder}variant-${variant.width}x${variant.height}-${variant.fit}.${variant.format}`;
}

export function isVariantKey(key: string): boolean {
  return /\/variant-[0-9x]+-\w+\.\w+$/.test(key);
}

// Of JSON, so that no two lists of ids run together into one.
function digest(ids: string[]): string {
  return hash("sha256", JSON.stringify(ids), "hex").slice(0, 32);
}
