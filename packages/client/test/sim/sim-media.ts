/** Media in a simulation: they are there as if they had been uploaded, and their removal is a job, as on a server. */
import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { removeMedia } from "../../../server/src/features/media/remove-media.ts";
import type { Random } from "./random.ts";
import type { World } from "./world.ts";

/** A medium of a user's own that has been confirmed. @returns its id */
export async function makeMedium(
  { tenant, clock, server }: World,
  userId: string,
  name: string,
  kind: "file" | "image" = "file",
): Promise<string> {
  const id = randomUUID();
  const at = new Date(clock.now());
  const key = `${tenant}/${id}`;
  await sql`
    insert into media (id, tenant_id, owner_id, state, file_key, file_name, mime_type, content_type, kind, size, object_key,
      created_at, confirmed_at)
    values (${id}, ${tenant}, ${userId}, 'ready', ${`incoming/${key}`}, ${name}, 'text/plain', 'text/plain', ${kind}, 10,
      ${`media/${key}/original`}, ${at}, ${at})`.execute(server.services.db);
  return id;
}

/** One of the media that are there, whether or not a message carries it, and whose it is. */
export async function findMedium(
  { tenant, server }: World,
  random: Random,
): Promise<{ id: string; owner_id: string } | undefined> {
  const { rows } = await sql<{ id: string; owner_id: string }>`
    select id, owner_id from media where tenant_id = ${tenant} and state = 'ready' order by file_name limit 100`.execute(
    server.services.db,
  );
  return rows.length === 0 ? undefined : random.pick(rows);
}

/** Does the jobs of all media that have been removed: the messages that carried them say so. */
export async function tidyMedia({ tenant, server }: World): Promise<void> {
  const { rows } = await sql<{ id: string }>`
    select id from media where tenant_id = ${tenant} and state = 'removed' order by file_name`.execute(
    server.services.db,
  );
  for (const { id } of rows) await removeMedia(server.services, { uploadId: id });
}
