/** The uploaded picture that a user or a room is to show (docs/spec.md D13). */
import type { Writer } from "../../context.ts";
import { fromFileUrl } from "./media-keys.ts";
import { lockOwnImage } from "./media-store.ts";

/**
 * The picture of a user's own that an address leads to; null for any other address. It can't be removed along with a
 * message before the transaction ends, which is when it is known to be shown.
 */
export async function lockAvatar(
  tx: Writer,
  owner: { tenantId: string; userId: string },
  url: string | null,
): Promise<string | null> {
  const id = url === null ? undefined : fromFileUrl(url);
  return id === undefined ? null : ((await lockOwnImage(tx, owner, id)) ?? null);
}
