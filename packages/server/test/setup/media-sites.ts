/** Servers whose media is kept in each kind of store. */

import { systemClock } from "../../src/clock.ts";
import { createStore } from "../../src/create-media-parts.ts";
import { createLog } from "../../src/log.ts";
import type { PipitOptions } from "../../src/pipit.ts";
import { startS3, testAccount } from "../../src/ports/media-store/s3/s3-gateway.fixture.ts";
import { startTestServer, type TestServer } from "./test-server.ts";

export type MediaSite = {
  server: TestServer;
  /** The keys of what is stored of a medium. */
  keysOf(uploadId: string): Promise<string[]>;
  close(): Promise<void>;
};

async function openSite(options: PipitOptions, closeStore: () => Promise<void>): Promise<MediaSite> {
  const server = await startTestServer(options);
  const surroundings = { log: createLog("fatal"), clock: systemClock, secret: "x".repeat(32), origin: () => "" };
  const { store } = createStore({ ...surroundings, config: server.pipit.config });
  return {
    server,
    async keysOf(uploadId) {
      const keys: string[] = [];
      for await (const { key } of store.list("")) if (key.includes(uploadId)) keys.push(key);
      return keys;
    },
    async close() {
      await server.close();
      await closeStore();
    },
  };
}

export function openDiskSite(options: PipitOptions = {}): Promise<MediaSite> {
  return openSite(options, async () => {});
}

/** A server whose media is in a bucket of a real S3 server that checks signatures. */
async function openS3Site(): Promise<MediaSite> {
  const s3 = await startS3();
  const { accessKeyId, secretAccessKey } = testAccount;
  const mediaUrl = `s3://${s3.bucket}?endpoint=${encodeURIComponent(s3.endpoint)}&region=${testAccount.region}`;
  return openSite({ mediaUrl, s3AccessKeyId: accessKeyId, s3SecretAccessKey: secretAccessKey }, () => s3.close());
}

export const mediaSites: Record<string, () => Promise<MediaSite>> = {
  disk: () => openDiskSite(),
  S3: openS3Site,
};
