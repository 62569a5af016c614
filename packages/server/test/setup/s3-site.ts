/** A server whose media is in a bucket that a test can have answer otherwise. */
import type { PipitOptions } from "../../src/pipit.ts";
import { type S3Gateway, startS3, testAccount } from "../../src/ports/media-store/s3/s3-gateway.fixture.ts";
import { startTestServer, type TestServer } from "./test-server.ts";

export type S3Site = { server: TestServer; s3: S3Gateway; options: PipitOptions; close(): Promise<void> };

/** The settings of a server that keeps media in a gateway's bucket. */
export function toS3Options(s3: S3Gateway): PipitOptions {
  const { accessKeyId, secretAccessKey, region } = testAccount;
  const mediaUrl = `s3://${s3.bucket}?endpoint=${encodeURIComponent(s3.endpoint)}&region=${region}`;
  return { mediaUrl, s3AccessKeyId: accessKeyId, s3SecretAccessKey: secretAccessKey };
}

export async function openS3Site(given: PipitOptions = {}): Promise<S3Site> {
  const s3 = await startS3();
  const options = { ...toS3Options(s3), ...given };
  const server = await startTestServer(options);
  return {
    server,
    s3,
    options,
    async close() {
      s3.intercept();
      await server.close();
      await s3.close();
    },
  };
}
