/** Media in a bucket keep the port's contract: on a server of the tests' own, and on the one in TEST_S3_URL. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeMediaStore } from "../media-store-contract.fixture.ts";
import { parseMediaUrl } from "../media-url.ts";
import type { StoreUnderTest } from "../store-under-test.fixture.ts";
import { startS3, testAccount } from "./s3-gateway.fixture.ts";
import { createS3Store, type S3StoreOptions } from "./s3-store.ts";

type Service = Pick<
  S3StoreOptions,
  "endpoint" | "region" | "bucket" | "pathStyle" | "accessKeyId" | "secretAccessKey" | "publicEndpoint"
>;

async function openStore(service: Service, close: () => Promise<void>): Promise<StoreUnderTest> {
  const tempDir = await mkdtemp(join(tmpdir(), "pipit-lent-"));
  let offset = 0;
  const now = () => new Date(Date.now() + offset);
  const options = { ...service, tempDir, now, timeoutMs: 10_000, pauseMs: 5, limits: { listPage: 3 } };
  return {
    store: createS3Store(options),
    // Nobody listens on the port of a server that has ended; 9 is the port where all is thrown away.
    away: createS3Store({ ...options, endpoint: "http://127.0.0.1:9" }),
    takesOnce: false,
    shiftClock: (seconds) => {
      offset = seconds * 1000;
    },
    close: async () => {
      await close();
      await rm(tempDir, { recursive: true });
    },
  };
}

describeMediaStore("a bucket", async () => {
  const gateway = await startS3();
  const { endpoint, bucket } = gateway;
  return await openStore({ ...testAccount, endpoint, bucket, pathStyle: true }, gateway.close);
});

const { TEST_S3_URL, S3_ACCESS_KEY_ID = "", S3_SECRET_ACCESS_KEY = "" } = process.env;
if (TEST_S3_URL !== undefined) {
  const address = parseMediaUrl(TEST_S3_URL);
  if (address.kind !== "s3") throw new Error("TEST_S3_URL is not like s3://bucket?endpoint=https://host");
  const keys = { accessKeyId: S3_ACCESS_KEY_ID, secretAccessKey: S3_SECRET_ACCESS_KEY };
  describeMediaStore("the bucket of TEST_S3_URL", () => openStore({ ...address, ...keys }, async () => {}));
}
