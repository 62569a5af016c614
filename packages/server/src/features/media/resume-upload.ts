/** Tells a client how to go on with an upload that was interrupted. */
import { AppError } from "../../app-error.ts";
import type { Handler } from "../../context.ts";
import { accessUpload, requireNotGivenUp, toPromise, uploadSeconds } from "./upload-access.ts";

export const resumeUpload: Handler<"media.resumeUpload"> = async (ctx, input) => {
  const upload = await accessUpload(ctx, input.fileKey);
  requireNotGivenUp(upload);
  const resumable =
    upload.resume_handle === null
      ? undefined
      : await ctx.media.store.resumable.resume(upload.file_key, upload.resume_handle, toPromise(ctx, upload));
  if (!resumable) throw new AppError("conflict", { message: "There is nothing to go on with." });
  return { fileKey: upload.file_key, expiresIn: uploadSeconds, resumable };
};
