/** A process of its own that takes uploads to disk, and tells how much memory it has used at most. */
import { createDiskStore } from "./disk-store.ts";
import { serveUploads } from "./upload-routes.fixture.ts";
import { createUploadUrls } from "./upload-urls.ts";

const [root = "", secret = ""] = process.argv.slice(2);
const routes = await serveUploads();
const now = () => new Date();
const uploadUrls = createUploadUrls({ secret, baseUrl: () => routes.url, now });
routes.use(createDiskStore({ root, uploadUrls, now }), uploadUrls);

let peak = 0;
setInterval(() => {
  peak = Math.max(peak, process.memoryUsage.rss());
}, 10);
process.on("message", () => {
  process.send?.({ peak });
  peak = 0;
});
process.send?.({ url: routes.url });
