/** Reads what the store kept of a device: all but the rows of rooms, which are read when a room is opened. */
import type { AccountSettings, StarredMessage } from "@pipit/protocol/models/account";
import type { ClientStore } from "../store/store.ts";
import type { DeviceState, RoomRecord } from "./device-state.ts";
import { valuesOf, withPrefix } from "./recorder.ts";
import type { AccountRecord } from "./save-account.ts";

export async function loadState(store: ClientStore, state: DeviceState): Promise<void> {
  const account = (await store.get("meta", "account")) as AccountRecord | undefined;
  if (!account) return;
  state.userId = account.userId;
  state.accountChange = account.change;
  state.cursor = account.cursor;
  state.settings = (await store.get("account", "settings")) as AccountSettings | undefined;
  for (const record of valuesOf<RoomRecord>(await store.list("rooms"))) {
    state.rooms.set(record.room.id, { ...record, rows: undefined });
  }
  const hidden = await store.list("account", withPrefix("hidden/"));
  for (const row of valuesOf<{ room_id: string; message_id: string }>(hidden))
    state.hidden.set(row.message_id, row.room_id);
  const stars = await store.list("account", withPrefix("star/"));
  for (const star of valuesOf<StarredMessage>(stars)) state.stars.set(star.message_id, star);
}
