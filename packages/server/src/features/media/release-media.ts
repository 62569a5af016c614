/** Takes a medium from everyone; what is kept of it goes by a job, even if this process ends right after the commit (G12). */
import type { Services, Writer } from "../../context.ts";
import { addJob } from "../../jobs/add-job.ts";
import { deleteUse, findUses, isAvatar, lockMedia, type MediaRow, markRemoved, type Use } from "./media-store.ts";
import { addUsage } from "./usage-store.ts";

/**
 * From the commit on nobody sees the medium. The caller wakes the jobs after it.
 * @param from the states that it may be in
 * @returns whether it was in one of them
 */
export async function releaseMedia(
  services: Pick<Services, "clock">,
  tx: Writer,
  id: string,
  from: readonly MediaRow["state"][],
): Promise<boolean> {
  const row = await markRemoved(tx, id, from);
  if (!row) return false;
  await addJob(tx, services.clock, { kind: "media.remove", payload: { uploadId: id }, key: id });
  await addUsage(tx, { tenantId: row.tenant_id, userId: row.owner_id }, -row.size);
  return true;
}

/**
 * A message no longer carries the medium; with the last such message the medium goes, unless it is somebody's picture.
 * @returns whether it did
 */
export async function dropUse(services: Pick<Services, "clock">, tx: Writer, id: string, use: Use): Promise<boolean> {
  await lockMedia(tx, id);
  await deleteUse(tx, id, use);
  if ((await findUses(tx, id, undefined, 1)).length > 0 || (await isAvatar(tx, id))) return false;
  return releaseMedia(services, tx, id, ["ready"]);
}
