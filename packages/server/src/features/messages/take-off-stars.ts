/** Takes the stars off messages that become tombstones, and tells their users. */
import type { Writer } from "../../context.ts";
import type { Announce } from "../../db/transact.ts";
import { takeStarsOff } from "../account/stars-access.ts";
import { toMessageId } from "./message-id.ts";

/** Once in a transaction, in a locked room, and before media are dropped: users are locked before what media take. */
export async function takeOffStars(
  tx: Writer,
  announce: Announce,
  room: { id: string; tenantId: string },
  sequences: readonly number[],
): Promise<void> {
  const taken = await takeStarsOff(tx, room, sequences);
  announce((audiences) => {
    for (const { user_id: userId, sequence, account_change } of taken) {
      audiences.toUser({ tenantId: room.tenantId, userId }, "account:update", {
        account_change,
        kind: "message_starred",
        room_id: room.id,
        message_id: toMessageId(room.id, sequence),
        is_starred: false,
      });
    }
  });
}
