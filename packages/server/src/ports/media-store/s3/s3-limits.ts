/** How large things may be in S3, and how we stay below. */

export type S3Limits = {
  /** The largest file that we send in one request; larger ones go in parts. */
  singlePut: number;
  /** The largest object that S3 copies in one request. */
  singleCopy: number;
  /** How many objects we ask for at once. */
  listPage: number;
};

const mebibyte = 1024 * 1024;
const gibibyte = 1024 * mebibyte;

export const defaultLimits: S3Limits = { singlePut: 100 * mebibyte, singleCopy: 5 * gibibyte, listPage: 1_000 };

// S3 takes at most 10,000 parts, each but the last of at least 5 MiB.
const mostParts = 10_000;
const smallestPart = 8 * mebibyte;

/** The size of the parts of an upload, all but the last: whole mebibytes, the same whenever it is asked. */
export function toPartSize(size: number): number {
  return Math.max(smallestPart, Math.ceil(size / mostParts / mebibyte) * mebibyte);
}

export type PartPlace = { partNumber: number; start: number; size: number };

/** All parts of an upload. An empty one has one part, which is empty. */
export function listPartPlaces(size: number, partSize = toPartSize(size)): PartPlace[] {
  const count = Math.max(1, Math.ceil(size / partSize));
  return Array.from({ length: count }, (_, index) => ({
    partNumber: index + 1,
    start: index * partSize,
    size: Math.min(partSize, size - index * partSize),
  }));
}
