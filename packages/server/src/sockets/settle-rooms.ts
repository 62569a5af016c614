/** Puts a socket into the audiences of its user's rooms. */
import { AppError } from "../app-error.ts";
import type { Reader } from "../context.ts";
import { findRoomPlaces } from "../features/rooms/rooms-access.ts";
import type { PipitSocket } from "./admit-socket.ts";
import { roomAudience, silentAudience } from "./socket-audiences.ts";

const maxLooks = 10;
const ofRoom = /^(room|silent):/;

/**
 * Looks until two looks agree: a removal that committed between a look and the join that followed found nothing to take
 * out (G9).
 * @param settled resolves once what other nodes tell the audiences that the socket has joined is heard
 * @throws {AppError} `unavailable` if its rooms change all the time
 */
export async function settleRooms(socket: PipitSocket, db: Reader, settled: () => Promise<void>): Promise<void> {
  for (let look = 0; look < maxLooks; look += 1) {
    const places = await findRoomPlaces(db, socket.data.actor);
    const now = new Set(places.flatMap(toAudiences));
    const before = new Set([...socket.rooms].filter((audience) => ofRoom.test(audience)));
    if (now.symmetricDifference(before).size === 0) return;
    for (const audience of before.difference(now)) await socket.leave(audience);
    await socket.join([...now.difference(before)]);
    await settled();
  }
  throw new AppError("unavailable", { retryAfterSeconds: 1 });
}

function toAudiences({ id, is_silent }: { id: string; is_silent: boolean }): string[] {
  return is_silent ? [roomAudience(id), silentAudience(id)] : [roomAudience(id)];
}
