/** Takes off pins of messages that are no more, and those that have run out (docs/spec.md R10). */
import type { PinnedMessage } from "@pipit/protocol/models/room";
import type { Services, Writer } from "../../context.ts";
import { takeTurn } from "../../db/take-turns.ts";
import { type Announce, transact } from "../../db/transact.ts";
import { toMessageId } from "../messages/messages-access.ts";
import { findRoom, lockRoom, nextChange, saveRoom } from "../rooms/rooms-access.ts";
import { findRoomsWithOldPins } from "./pins-store.ts";
import { tellOfPins } from "./tell-of-pins.ts";

/** For messages of a locked room that become tombstones: in the same transaction. */
export async function unpinDeleted(
  ctx: Pick<Services, "clock">,
  tx: Writer,
  announce: Announce,
  roomId: string,
  sequences: readonly number[],
): Promise<void> {
  const gone = new Set(sequences.map((sequence) => toMessageId(roomId, sequence)));
  await dropPins(tx, announce, roomId, ctx.clock.now(), (pin) => gone.has(pin.message_id));
}

const roomsAtOnce = 500;

/**
 * Takes off the pins of all rooms that have run out by `now`. A room that fails stops none behind it.
 * @returns how many rooms have lost pins
 * @throws {AggregateError} at the end, if rooms failed
 */
export async function expirePins(services: Pick<Services, "db" | "audiences" | "log">, now: Date): Promise<number> {
  let rooms = 0;
  const failures: unknown[] = [];
  let after: string | undefined;
  do {
    const ids = await findRoomsWithOldPins(services.db, now, after, roomsAtOnce);
    for (const id of ids) {
      try {
        rooms += (await expireRoom(services, id, now)) ? 1 : 0;
      } catch (error) {
        services.log.error({ err: error, room_id: id }, "a room's pins could not be taken off");
        failures.push(error);
      }
    }
    after = ids.length < roomsAtOnce ? undefined : ids.at(-1);
  } while (after !== undefined);
  if (failures.length > 0)
    throw new AggregateError(failures, `pins of ${failures.length} rooms could not be taken off`);
  return rooms;
}

function expireRoom(services: Pick<Services, "db" | "audiences" | "log">, roomId: string, now: Date): Promise<boolean> {
  return takeTurn(roomId, () =>
    transact(services, async (tx, announce) => {
      await lockRoom(tx, roomId);
      return dropPins(tx, announce, roomId, now, (pin) => Date.parse(pin.expires_at) <= now.getTime());
    }),
  );
}

// Nobody took them off, so that no system message says so.
async function dropPins(
  tx: Writer,
  announce: Announce,
  roomId: string,
  at: Date,
  isOver: (pin: PinnedMessage) => boolean,
): Promise<boolean> {
  const pinned = (await findRoom(tx, roomId))?.pinned ?? [];
  const left = pinned.filter((pin) => !isOver(pin));
  if (left.length === pinned.length) return false;
  const change = await nextChange(tx, roomId);
  await saveRoom(tx, roomId, { pinned: JSON.stringify(left) }, { change, at });
  const room = await findRoom(tx, roomId);
  if (!room) throw new Error("a locked room is missing");
  await tellOfPins(tx, announce, room, { change });
  return true;
}
