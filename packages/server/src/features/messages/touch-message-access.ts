/** Tells a room that one of its messages shows something else than before, without anyone having changed the message. */
import type { Services, Writer } from "../../context.ts";
import { takeTurn } from "../../db/take-turns.ts";
import { transact } from "../../db/transact.ts";
import { lockRoom, nextChange } from "../rooms/rooms-access.ts";
import { announceChanged } from "./announce-changed.ts";
import { touchMessage as saveTouch } from "./change-messages-store.ts";
import type { Place } from "./message-id.ts";
import { findRowsAt } from "./messages-store.ts";

export { announceMessage } from "./announce-changed.ts";

/**
 * A message that was deleted for everyone shows nothing, and is left as it is.
 * @param also what is to be done in the same transaction, once the room is locked; false if there was nothing to do, and
 *   so is nothing to tell
 */
export function touchMessage(
  services: Services,
  tenantId: string,
  place: Place,
  also: (tx: Writer) => Promise<unknown> = async () => {},
): Promise<void> {
  const ctx = { ...services, actor: { kind: "service" as const, tenantId, userId: "" } };
  return takeTurn(place.roomId, () =>
    transact(ctx, async (tx, announce) => {
      await lockRoom(tx, place.roomId);
      if ((await also(tx)) === false) return;
      const [row] = await findRowsAt(tx, [place]);
      if (!row || row.deleted_at !== null) return;
      await saveTouch(tx, place, await nextChange(tx, place.roomId));
      await announceChanged(ctx, tx, announce, "message:edit:update", place);
    }),
  );
}
