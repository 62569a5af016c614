/** The calls of S3 that s3rver leaves out, answered from its own files. */
import { createHash } from "node:crypto";
import { readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { escapeXml } from "./read-xml.ts";

export type GapRequest = {
  method: string;
  /** The raw path and query. */
  target: string;
  path: string;
  query: URLSearchParams;
  headers: Record<string, string | undefined>;
  body: Buffer;
};

export type GapAnswer = { status: number; headers: Record<string, string | undefined>; body: Buffer };

type Forward = (request: GapRequest) => Promise<GapAnswer>;
type Place = { uploads: string; key: string; uploadId: string };

const partsPerPage = 2;
const uploadsPerPage = 2;

/** A refusal as S3 words it. */
export function refuse(status: number, code: string, message: string): GapAnswer {
  return toXml(`<Error><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error>`, status);
}

/** The answer to a call that s3rver would not give, or not rightly; undefined for all others. */
export async function answerGap(
  request: GapRequest,
  directory: string,
  forward: Forward,
): Promise<GapAnswer | undefined> {
  const { method, query, path } = request;
  const [, bucket = "", ...key] = path.split("/");
  const uploads = join(directory, bucket, "._S3rver_uploads");
  const uploadId = query.get("uploadId");
  if (query.get("list-type") === "2") return await listObjects(request, forward);
  // s3rver takes an end of 0 for no end.
  if (request.headers.range === "bytes=0-0") return await firstByte(request, forward);
  if ([...query.keys()].some((name) => name.startsWith("response-"))) return await overrideHeaders(request, forward);
  if (method === "GET" && query.has("uploads")) return await listUploads(uploads, query);
  if (uploadId !== null) return await answerUpload(request, { uploads, key: key.join("/"), uploadId });
  if (request.headers["x-amz-copy-source-if-match"] !== undefined) return await checkSource(request, forward);
  return undefined;
}

// s3rver's pages end with a cipher that OpenSSL does not have any more, and are in no order.
async function listObjects(request: GapRequest, forward: Forward): Promise<GapAnswer> {
  const { query } = request;
  const plain = new URLSearchParams({ prefix: query.get("prefix") ?? "" });
  const whole = await forward({ ...request, query: plain });
  if (whole.status !== 200) return whole;
  const after = Buffer.from(query.get("continuation-token") ?? "", "base64").toString();
  const rest = [...String(whole.body).matchAll(/<Contents><Key>([^<]*)<\/Key>.*?<\/Contents>/g)]
    .map(([xml, key = ""]) => ({ xml, key }))
    .sort((a, b) => compare(a.key, b.key))
    .filter(({ key }) => key > after);
  const page = rest.slice(0, Number(query.get("max-keys") ?? 1_000));
  const token = Buffer.from(page.at(-1)?.key ?? "").toString("base64");
  const isMore = rest.length > page.length;
  const head = `<IsTruncated>${isMore}</IsTruncated>${isMore ? `<NextContinuationToken>${token}</NextContinuationToken>` : ""}`;
  return toXml(`<ListBucketResult>${head}${page.map(({ xml }) => xml).join("")}</ListBucketResult>`);
}

async function firstByte(request: GapRequest, forward: Forward): Promise<GapAnswer> {
  const { range, ...headers } = request.headers;
  const whole = await forward({ ...request, headers });
  if (whole.status !== 200) return whole;
  const body = whole.body.subarray(0, 1);
  return { status: 206, headers: { ...whole.headers, "content-length": String(body.length) }, body };
}

// s3rver lets none but its own accounts do that.
async function overrideHeaders(request: GapRequest, forward: Forward): Promise<GapAnswer> {
  const isOverride = ([name]: [string, string]) => name.startsWith("response-");
  const overrides = [...request.query].filter(isOverride).map(([name, value]) => [name.slice(9), value]);
  const query = new URLSearchParams([...request.query].filter((pair) => !isOverride(pair)));
  const answer = await forward({ ...request, query });
  return { ...answer, headers: { ...answer.headers, ...Object.fromEntries(overrides) } };
}

async function answerUpload(request: GapRequest, place: Place): Promise<GapAnswer | undefined> {
  const { method, query } = request;
  const folder = join(place.uploads, place.uploadId);
  const isThere = await stat(folder).then(
    () => true,
    () => false,
  );
  if (!isThere) return refuse(404, "NoSuchUpload", "there is no such upload");
  if (method === "GET") return await listParts(folder, place, Number(query.get("part-number-marker") ?? 0));
  if (method === "POST") return await checkParts(folder, String(request.body));
  if (method !== "DELETE") return undefined;
  await rm(folder, { recursive: true });
  return { status: 204, headers: {}, body: Buffer.alloc(0) };
}

async function readParts(folder: string) {
  const names = (await readdir(folder)).filter((name) => /^\d+$/.test(name));
  const parts = names.map(async (name) => {
    const bytes = await readFile(join(folder, name));
    return { partNumber: Number(name), size: bytes.length, md5: createHash("md5").update(bytes).digest("hex") };
  });
  return (await Promise.all(parts)).sort((a, b) => a.partNumber - b.partNumber);
}

async function listParts(folder: string, { key, uploadId }: Place, marker: number): Promise<GapAnswer> {
  const rest = (await readParts(folder)).filter(({ partNumber }) => partNumber > marker);
  const page = rest.slice(0, partsPerPage);
  const items = page.map(
    ({ partNumber, size, md5 }) =>
      `<Part><PartNumber>${partNumber}</PartNumber><ETag>&quot;${md5}&quot;</ETag><Size>${size}</Size></Part>`,
  );
  const next = `<NextPartNumberMarker>${page.at(-1)?.partNumber ?? 0}</NextPartNumberMarker>`;
  const head = `<Key>${key}</Key><UploadId>${uploadId}</UploadId><IsTruncated>${rest.length > page.length}</IsTruncated>`;
  return toXml(`<ListPartsResult>${head}${next}${items.join("")}</ListPartsResult>`);
}

// s3rver does not look at the etags, and takes parts of any size.
async function checkParts(folder: string, body: string): Promise<GapAnswer | undefined> {
  const stored = await readParts(folder);
  const named = [...body.matchAll(/<PartNumber>(\d+)<\/PartNumber><ETag>([^<]*)<\/ETag>/g)];
  for (const [index, [, number, etag]] of named.entries()) {
    const part = stored.find(({ partNumber }) => partNumber === Number(number));
    if (!part || !etag?.includes(part.md5)) return refuse(400, "InvalidPart", `part ${number} is another`);
    if (index < named.length - 1 && part.size < 5 * 1024 * 1024)
      return refuse(400, "EntityTooSmall", "a part is too small");
  }
  return undefined;
}

async function listUploads(uploads: string, query: URLSearchParams): Promise<GapAnswer> {
  const ids = await readdir(uploads).catch(() => []);
  const all = await Promise.all(
    ids.map(async (id) => ({
      id,
      key: String(await readFile(join(uploads, id, "key"))),
      startedAt: (await stat(join(uploads, id))).birthtime.toISOString(),
    })),
  );
  const after = `${query.get("key-marker") ?? ""} ${query.get("upload-id-marker") ?? ""}`;
  const rest = all
    .sort((a, b) => compare(`${a.key} ${a.id}`, `${b.key} ${b.id}`))
    .filter(({ key, id }) => `${key} ${id}` > after);
  const page = rest.slice(0, uploadsPerPage);
  const items = page.map(
    ({ key, id, startedAt }) =>
      `<Upload><Key>${key}</Key><UploadId>${id}</UploadId><Initiated>${startedAt}</Initiated></Upload>`,
  );
  const last = page.at(-1);
  const next = `<NextKeyMarker>${last?.key ?? ""}</NextKeyMarker><NextUploadIdMarker>${last?.id ?? ""}</NextUploadIdMarker>`;
  const isMore = `<IsTruncated>${rest.length > page.length}</IsTruncated>`;
  return toXml(`<ListMultipartUploadsResult>${isMore}${next}${items.join("")}</ListMultipartUploadsResult>`);
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

async function checkSource(request: GapRequest, forward: Forward): Promise<GapAnswer | undefined> {
  const path = request.headers["x-amz-copy-source"] ?? "";
  const source = { ...request, method: "HEAD", path, headers: {}, body: Buffer.alloc(0) };
  const { status, headers } = await forward(source);
  if (status === 404) return refuse(404, "NoSuchKey", "there is no such object");
  const isSame = headers.etag === request.headers["x-amz-copy-source-if-match"];
  return isSame ? undefined : refuse(412, "PreconditionFailed", "the object is another");
}

function toXml(xml: string, status = 200): GapAnswer {
  const headers = { "content-type": "application/xml" };
  return { status, headers, body: Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n${xml}`) };
}
