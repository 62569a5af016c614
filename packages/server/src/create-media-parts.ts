/** Puts the parts together that deal with media. */
import { join, resolve } from "node:path";
import { restPrefix } from "@pipit/protocol/documents/open-api-operation";
import type { Clock } from "./clock.ts";
import type { Config } from "./config.ts";
import type { MediaParts } from "./features/media/media-parts.ts";
import { deriveSecret } from "./identity/secrets.ts";
import type { Log } from "./log.ts";
import { createMediaProcessor } from "./media/create-media-processor.ts";
import { createDiskStore } from "./ports/media-store/disk/disk-store.ts";
import { createUploadUrls } from "./ports/media-store/disk/upload-urls.ts";
import { parseMediaUrl, type S3Address } from "./ports/media-store/media-url.ts";
import { createS3Store } from "./ports/media-store/s3/s3-store.ts";
import { createClamdScanner } from "./ports/virus-scanner/clamd-scanner.ts";
import { createSingleFlight } from "./single-flight.ts";

// clamd itself gives a file 120 seconds, unless it is told otherwise.
const scanTimeoutMs = 150_000;
const storeTimeoutMs = 15_000;

type Surroundings = { config: Config; log: Log; clock: Clock; secret: string; origin: () => string };

/** Nothing is written, started or connected to until media comes. @throws when the bucket's keys are missing */
export function createMediaParts(surroundings: Surroundings): MediaParts {
  const { config, log } = surroundings;
  if (config.cloudflareImages && config.publicUrl === undefined) {
    throw new Error("CLOUDFLARE_IMAGES needs PUBLIC_URL: thumbnails are made at that address");
  }
  return {
    ...createStore(surroundings),
    processor: createMediaProcessor({ log, searchPath: config.searchPath }),
    scanner:
      config.clamdUrl === undefined
        ? undefined
        : createClamdScanner({ url: config.clamdUrl, timeoutMs: scanTimeoutMs }),
    tempDir: toTempDir(config),
    confirming: createSingleFlight(),
    transforming: createSingleFlight(),
  };
}

/** The store of a configuration, by itself. */
export function createStore({ config, log, clock, secret, origin }: Surroundings): Pick<MediaParts, "store" | "disk"> {
  const address = parseMediaUrl(config.mediaUrl ?? "file:");
  const now = (): Date => clock.now();
  if (address.kind === "s3") return { store: createS3Store({ ...toS3(config, address), now }), disk: undefined };
  const baseUrl = (): string => `${origin()}${restPrefix}`;
  const uploadUrls = createUploadUrls({ secret: deriveSecret(secret, "upload addresses"), baseUrl, now });
  const store = createDiskStore({ root: address.path ?? join(config.dataDir, "media"), uploadUrls, now, log });
  return { store, disk: { store, uploadUrls } };
}

/** Where media is kept, for people to read. */
export function describeStore(config: Config): string {
  const address = parseMediaUrl(config.mediaUrl ?? "file:");
  if (address.kind === "s3") return `the bucket ${address.bucket} at ${address.endpoint}`;
  return resolve(address.path ?? join(config.dataDir, "media"));
}

function toS3(config: Config, address: S3Address) {
  const { s3AccessKeyId, s3SecretAccessKey } = config;
  if (s3AccessKeyId === undefined || s3SecretAccessKey === undefined) {
    throw new Error("MEDIA_URL names a bucket: S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY must be given");
  }
  const keys = { accessKeyId: s3AccessKeyId, secretAccessKey: s3SecretAccessKey };
  return { ...address, ...keys, tempDir: toTempDir(config), timeoutMs: storeTimeoutMs };
}

/** Where files are put while they are looked at. */
export function toTempDir(config: Config): string {
  return join(config.dataDir, "tmp");
}
