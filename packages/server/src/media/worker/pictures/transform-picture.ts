/** Makes a smaller picture of a picture, without what else the file carries. */
import { access, writeFile } from "node:fs/promises";
import type { Sharp } from "sharp";
import type { Refusal, Variant } from "../../media-processor.ts";
import type { Job } from "../../worker-messages.ts";
import { allowLoaders, openPicture, openTypes, toRefusal } from "./open-picture.ts";

const fits = { cover: "cover", contain: "inside" } as const;

const encoders: Record<Variant["format"], (picture: Sharp) => Sharp> = {
  webp: (picture) => picture.webp({ quality: 80 }),
  // JPEG has no transparency: what shows through is white.
  jpeg: (picture) => picture.flatten({ background: "#fff" }).jpeg({ quality: 80, mozjpeg: true }),
};

export async function transformPicture(job: Job & { task: "transform" }): Promise<"transformed" | Refusal> {
  // A file that is not there is no damaged picture.
  await access(job.path);
  const made = await makeVariant(job.path, job.variant);
  if ("code" in made) return made;
  await writeFile(job.target, made, { flag: "wx" });
  return "transformed";
}

async function makeVariant(path: string, { width, height, fit, format }: Variant): Promise<Buffer | Refusal> {
  allowLoaders(openTypes);
  const small = openPicture(path).autoOrient().resize(width, height, { fit: fits[fit], withoutEnlargement: true });
  return await encoders[format](small).toBuffer().catch(toRefusal);
}
