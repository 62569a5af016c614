/** Media: files that go along with messages. */
import type { Handlers } from "../../context.ts";
import { confirmUpload } from "./confirm-upload.ts";
import { deleteMedia } from "./delete-media.ts";
import { getMedia } from "./get-media.ts";
import { ownUsage, tenantUsage } from "./media-usage.ts";
import { requestUpload } from "./request-upload.ts";
import { resumeUpload } from "./resume-upload.ts";

export const mediaHandlers = {
  "media.requestUpload": requestUpload,
  "media.resumeUpload": resumeUpload,
  "media.confirmUpload": confirmUpload,
  "media.get": getMedia,
  "media.delete": deleteMedia,
  "media.usage": ownUsage,
  "admin.mediaUsage": tenantUsage,
} satisfies Partial<Handlers>;
