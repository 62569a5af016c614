/** Brings archived rooms back to members whom new messages concern (docs/spec.md A12). */
import type { Services } from "../../context.ts";
import { takeTurn } from "../../db/take-turns.ts";
import { transact } from "../../db/transact.ts";
import type { JobKinds } from "../../jobs/job-kinds.ts";
import { lockRoom } from "../rooms/rooms-access.ts";
import { toPreferences } from "./preferences-store.ts";
import { bringBack, findReturning, type Span } from "./unarchive-store.ts";

/** A room is held for no longer than it takes to write as many rows twice. */
const membersAtOnce = 100;

/** Idempotent: a room that has come back is not archived any more, and one archived again only comes back by later messages. */
export async function unarchiveRooms(services: Services, { rooms }: JobKinds["rooms.unarchive"]): Promise<void> {
  // Most of what is said in archived rooms brings none back, and need not wait for a room.
  for (const span of await findReturning(services.db, rooms)) {
    let returned: number;
    do returned = await bringRoomBack(services, span);
    while (returned > 0);
  }
}

/** @returns to how many members */
function bringRoomBack(services: Services, span: Span): Promise<number> {
  return takeTurn(span.room, () =>
    transact(services, async (tx, announce) => {
      await lockRoom(tx, span.room);
      const rows = await bringBack(tx, span, membersAtOnce);
      announce((audiences) => {
        for (const { tenant_id: tenantId, user_id: userId, ...row } of rows) {
          const { room_id, account_change } = row;
          const payload = { account_change, kind: "preferences" as const, room_id, preferences: toPreferences(row) };
          audiences.toUser({ tenantId, userId }, "account:update", payload);
        }
      });
      return rows.length;
    }),
  );
}
