/** Whose store it is: a server that is told the wrong database or bucket must not take what it finds there for left-overs. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { sql } from "kysely";
import type { Reader, Services } from "../../context.ts";
import { withFolder } from "./media-parts.ts";

/** The object that names the database that a store belongs to. */
export const ownerKey = "pipit-owner";

export type OwnedServices = Pick<Services, "db"> & { media: Pick<Services["media"], "store" | "tempDir"> };

/** Whether the store is this database's, another one's, or has no owner yet. */
export async function findOwner({ db, media: { store } }: OwnedServices): Promise<"this" | "other" | "nobody"> {
  const body = await store.read(ownerKey);
  if (!body) return "nobody";
  return (await text(body)).trim() === (await findInstallation(db)) ? "this" : "other";
}

/** Makes this database the owner of a store that has none. */
export async function claimStore({ db, media: { store, tempDir } }: OwnedServices): Promise<void> {
  const id = await findInstallation(db);
  await withFolder(tempDir, async (folder) => {
    await writeFile(join(folder, "owner"), `${id}\n`);
    await store.writeFile(ownerKey, join(folder, "owner"), "text/plain");
  });
}

async function findInstallation(db: Reader): Promise<string> {
  const { rows } = await sql<{ id: string }>`select id from installation limit 1`.execute(db);
  if (!rows[0]) throw new Error("the database has no id");
  return rows[0].id;
}
