/** Turns messages whose time has come into tombstones, room by room (docs/spec.md E2). */
import { takeTurn } from "../../db/take-turns.ts";
import { transact } from "../../db/transact.ts";
import { type BuryServices, buryMessages, maxBuried, takeBatch } from "../messages/bury-messages-access.ts";
import { lockRoom } from "../rooms/rooms-access.ts";
import { type Due, findDue, findMortal } from "./expiry-store.ts";

/** How many messages became tombstones, and whether others may be due. */
export type Expired = { messages: number; hasMore: boolean };

const dueAtOnce = 500;

/**
 * One round: about `limit` messages of all rooms together, those that are due for longest first. A room that fails is
 * left to the next round, and stops none behind it.
 * @throws {AggregateError} at the end, if rooms failed
 */
export async function expireMessages(services: BuryServices, now: Date, limit: number): Promise<Expired> {
  let messages = 0;
  let hasMore = false;
  const failures: unknown[] = [];
  for (let after: Due | undefined; ; ) {
    const due = await findDue(services.db, now, after, dueAtOnce);
    for (const [roomId, ofRoom] of Map.groupBy(due, (message) => message.roomId)) {
      try {
        messages += await expireInRoom(services, roomId, ofRoom, now);
      } catch (error) {
        services.log.error({ err: error, room_id: roomId }, "a room's messages could not be made to disappear");
        failures.push(error);
      }
    }
    after = due.at(-1);
    hasMore = due.length === dueAtOnce;
    if (!hasMore || messages >= limit) break;
  }
  if (failures.length > 0) throw new AggregateError(failures, `messages of ${failures.length} rooms did not disappear`);
  return { messages, hasMore };
}

async function expireInRoom(services: BuryServices, roomId: string, due: readonly Due[], now: Date): Promise<number> {
  const tenantId = due[0]?.tenantId ?? "";
  const ctx = { ...services, actor: { kind: "service" as const, tenantId, userId: "" } };
  let left = due.map(({ sequence }) => sequence);
  let messages = 0;
  while (left.length > 0) {
    const batch = await takeTurn(roomId, () =>
      transact(ctx, async (tx, announce) => {
        await lockRoom(tx, roomId);
        const rows = takeBatch(await findMortal(tx, roomId, left, now), maxBuried);
        await buryMessages(ctx, tx, announce, { id: roomId, tenantId }, rows);
        return rows;
      }),
    );
    const last = batch.at(-1)?.sequence ?? Number.POSITIVE_INFINITY;
    left = left.filter((sequence) => sequence > last);
    messages += batch.length;
  }
  return messages;
}
