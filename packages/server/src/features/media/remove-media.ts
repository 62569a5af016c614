/** The job that ends a medium: removes what is stored of it, tells the rooms that it was sent to, then removes its row. */
import type { Services } from "../../context.ts";
import { touchMessage } from "../messages/touch-message-access.ts";
import { toFolder } from "./media-keys.ts";
import { deleteMediaRow, deleteUse, findMedia, findUses, type MediaRow, type Use } from "./media-store.ts";

const usesAtOnce = 100;

/** Each step may be done again: the row goes last, and until then the job is not done. */
export async function removeMedia(services: Services, { uploadId }: { uploadId: string }): Promise<void> {
  const row = await findMedia(services.db, uploadId);
  if (row?.state !== "removed") return;
  await removeObjects(services, row);
  // Told and forgotten in one commit, so that no room is told twice.
  await forEachUse(services, row, (use) =>
    touchMessage(services, row.tenant_id, use, (tx) => deleteUse(tx, uploadId, use)),
  );
  await deleteMediaRow(services.db, uploadId);
}

/** Calls `work` with each message that carries the medium, one after the other. */
export async function forEachUse(services: Services, row: MediaRow, work: (use: Use) => Promise<void>): Promise<void> {
  let after: Use | undefined;
  for (;;) {
    const uses = await findUses(services.db, row.id, after, usesAtOnce);
    for (const use of uses) await work(use);
    after = uses.at(-1);
    if (uses.length < usesAtOnce) return;
  }
}

async function removeObjects({ media: { store } }: Services, row: MediaRow): Promise<void> {
  if (row.resume_handle !== null) await store.resumable.abort(row.file_key, row.resume_handle);
  await store.remove(row.file_key);
  for await (const object of store.list(toFolder(row.tenant_id, row.id))) await store.remove(object.key);
}
