/** Media on disk keep the port's contract. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeMediaStore } from "../media-store-contract.fixture.ts";
import type { StoreUnderTest } from "../store-under-test.fixture.ts";
import { createDiskStore } from "./disk-store.ts";
import { serveUploads } from "./upload-routes.fixture.ts";
import { createUploadUrls } from "./upload-urls.ts";

async function openStore(): Promise<StoreUnderTest> {
  const root = await mkdtemp(join(tmpdir(), "pipit-media-"));
  const routes = await serveUploads();
  let offset = 0;
  const now = () => new Date(Date.now() + offset);
  const uploadUrls = createUploadUrls({ secret: "a secret of tests", baseUrl: () => routes.url, now });
  const store = createDiskStore({ root: join(root, "media"), uploadUrls, now });
  routes.use(store, uploadUrls);
  await writeFile(join(root, "no-folder"), "");
  return {
    store,
    away: createDiskStore({ root: join(root, "no-folder"), uploadUrls, now }),
    takesOnce: true,
    shiftClock: (seconds) => {
      offset = seconds * 1000;
    },
    close: async () => {
      await routes.close();
      await rm(root, { recursive: true });
    },
  };
}

describeMediaStore("a folder", openStore);
