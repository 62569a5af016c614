/** Notifies of what is unread in rooms, as things are now. */
import type { Services } from "../../context.ts";
import type { JobKinds } from "../../jobs/job-kinds.ts";
import { findTotalUnread } from "../rooms/rooms-access.ts";
import { clearShown } from "./clear-shown.ts";
import { deliver } from "./deliver.ts";
import { leaveOutFocused } from "./focused.ts";
import { type DueFilter, type DueRow, findDue } from "./push-store.ts";
import { toMessageNotification } from "./to-notification.ts";
import { findWaiting, removeWaiting } from "./waiting-store.ts";

/** Rooms that are seen to together. */
const roomsAtOnce = 64;
/** Devices of a page: a room of 1,024 members is sixteen pages, each a query, its sends, and a transaction. */
const pageSize = 64;

/** Sees to the rooms of a job, and to those of all jobs of this kind that nobody has begun yet. */
export async function notifyRooms(services: Services, payload: JobKinds["push.messages"]): Promise<void> {
  const waiting = await findWaiting(services.db);
  const rooms = [payload, ...waiting.map((job) => job.payload)].flatMap((each) => each.rooms.map(({ room }) => room));
  const roomIds = [...new Set(rooms)];
  for (let start = 0; start < roomIds.length; start += roomsAtOnce) {
    await notifyOf(services, roomIds.slice(start, start + roomsAtOnce));
  }
  await removeWaiting(services.db, waiting);
}

/** Tries again to notify one device. */
export async function notifyDevice(services: Services, payload: JobKinds["push.notify"]): Promise<void> {
  const { roomId, userId, deviceId, failures } = payload;
  const filter = { place: { room_id: roomId, user_id: userId, device_id: deviceId } };
  await services.push.turns([roomId], () => notifyPage(services, filter, failures));
}

// In turns: of two passes through a room at the same time, the one that read earlier could send later.
async function notifyOf(services: Services, roomIds: readonly string[]): Promise<void> {
  await services.push.turns(roomIds, async () => {
    // Who sends from one device has read on all others.
    await clearShown(services, { roomIds });
    let after: DueRow | undefined;
    do after = await notifyPage(services, { roomIds, after, limit: pageSize }, 0);
    while (after !== undefined);
  });
}

/** @returns where the next page begins, if there is one */
async function notifyPage(services: Services, filter: DueFilter, failures: number): Promise<DueRow | undefined> {
  const { db, clock, push } = services;
  const found = await findDue(db, filter, clock.now());
  const rows = await leaveOutFocused(services, found);
  const badges = await findTotalUnread(db, rows);
  const deliveries = rows.map((row) => {
    const badge = badges.get(row.user_id)?.get(row.tenant_id) ?? 0;
    return { row, notification: toMessageNotification(row, badge, push) };
  });
  await deliver(services, deliveries, failures);
  return "limit" in filter && found.length === filter.limit ? found.at(-1) : undefined;
}
