/** S3's calls for objects that are made of parts. */
import { childrenOf, escapeXml, requireText, textOf } from "./read-xml.ts";
import { type S3Client, unlessRefused } from "./s3-client.ts";
import { S3Refusal } from "./s3-failure.ts";

export type StoredPart = { partNumber: number; etag: string; size: number };

/** Opens an upload. @returns its id */
export async function createMultipart(client: S3Client, key: string, contentType: string): Promise<string> {
  const headers = { "content-type": contentType };
  return requireText(await client.ask({ method: "POST", key, query: { uploads: "" }, headers, body: "" }), "UploadId");
}

/** The parts that have come, by number; undefined if there is no such upload (any more). */
export async function listParts(
  client: S3Client,
  key: string,
  uploadId: string,
): Promise<Map<number, StoredPart> | undefined> {
  const parts = new Map<number, StoredPart>();
  for (let marker: string | undefined = "0"; marker !== undefined; ) {
    const query: Record<string, string> = { uploadId, ...(marker !== "0" && { "part-number-marker": marker }) };
    const page = await unlessRefused([404], () => client.ask({ method: "GET", key, query }));
    if (page === undefined) return undefined;
    for (const part of childrenOf(page, "Part")) {
      const partNumber = Number(requireText(part, "PartNumber"));
      parts.set(partNumber, { partNumber, etag: requireText(part, "ETag"), size: Number(requireText(part, "Size")) });
    }
    const next = textOf(page, "IsTruncated") === "true" ? textOf(page, "NextPartNumberMarker") : undefined;
    marker = next === marker ? undefined : next;
  }
  return parts;
}

/**
 * Makes an object of the parts.
 * @returns `gone` if there is no such upload, `changed` if the parts are not those that are there
 */
export async function completeMultipart(
  client: S3Client,
  key: string,
  uploadId: string,
  parts: readonly { partNumber: number; etag: string }[],
): Promise<"done" | "gone" | "changed"> {
  const items = parts.map(
    ({ partNumber, etag }) => `<Part><PartNumber>${partNumber}</PartNumber><ETag>${escapeXml(etag)}</ETag></Part>`,
  );
  const body = `<CompleteMultipartUpload>${items.join("")}</CompleteMultipartUpload>`;
  const headers = { "content-type": "application/xml" };
  try {
    await client.send({ method: "POST", key, query: { uploadId }, headers, body, isSlow: true });
    return "done";
  } catch (error) {
    if (!(error instanceof S3Refusal)) throw error;
    if (error.status === 404 || error.code === "NoSuchUpload") return "gone";
    if (error.code === "InvalidPart" || error.code === "EntityTooSmall") return "changed";
    throw error;
  }
}

/** Gives an upload up, if it is there. */
export async function abortMultipart(client: S3Client, key: string, uploadId: string): Promise<void> {
  await unlessRefused([404], () => client.send({ method: "DELETE", key, query: { uploadId } }));
}

/** Gives an upload of our own up that has failed; what can't be given up now will be with the unfinished ones. */
export async function giveUp(client: S3Client, key: string, uploadId: string): Promise<void> {
  await abortMultipart(client, key, uploadId).catch(() => {});
}

/** All uploads that are open in the bucket. */
export async function* listMultiparts(
  client: S3Client,
): AsyncGenerator<{ key: string; uploadId: string; startedAt: Date }> {
  for (let marker: Record<string, string> | undefined = {}; marker !== undefined; ) {
    const page = await client.ask({ method: "GET", query: { uploads: "", ...marker } });
    for (const upload of childrenOf(page, "Upload")) {
      const startedAt = new Date(requireText(upload, "Initiated"));
      yield { key: requireText(upload, "Key"), uploadId: requireText(upload, "UploadId"), startedAt };
    }
    const key = textOf(page, "NextKeyMarker");
    const uploadId = textOf(page, "NextUploadIdMarker");
    const isMore = textOf(page, "IsTruncated") === "true" && key !== undefined;
    marker = isMore ? { "key-marker": key, ...(uploadId && { "upload-id-marker": uploadId }) } : undefined;
  }
}
