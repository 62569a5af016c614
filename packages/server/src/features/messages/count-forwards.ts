/** Tells a room how often one of its messages has been forwarded. */
import type { Services } from "../../context.ts";
import { takeTurn } from "../../db/take-turns.ts";
import { transact } from "../../db/transact.ts";
import { lockRoom, nextChange } from "../rooms/rooms-access.ts";
import { announceMessage } from "./announce-changed.ts";
import { findForwards, saveForwardedCount } from "./forwards-store.ts";
import type { Place } from "./message-id.ts";

/** Counts what was appended: to do it twice, or late, changes nothing (G12). */
export function countForwards(
  services: Pick<Services, "db" | "audiences" | "log" | "links">,
  place: Place,
): Promise<void> {
  return takeTurn(place.roomId, () =>
    transact(services, async (tx, announce) => {
      await lockRoom(tx, place.roomId);
      const found = await findForwards(tx, place);
      if (!found || found.is_deleted || found.count === found.known) return;
      await saveForwardedCount(tx, place, found.count, await nextChange(tx, place.roomId));
      await announceMessage({ ...services, db: tx }, found.tenant_id, announce, "message:edit:update", place);
    }),
  );
}
