/** Keeps a room beside its rows. */
import type { DeviceState, RoomRecord, RoomState } from "./device-state.ts";
import type { Recorder } from "./recorder.ts";
import { viewRoom } from "./view-room.ts";

export type Model = { state: DeviceState; recorder: Recorder };

/** Notes that a room is to be kept as it is when the store is written next. */
export function saveRoom({ state, recorder }: Model, room: RoomState): void {
  recorder.putLate("rooms", room.room.id, () => toRecord(state, room));
}

/** What is kept of a room: where it has rows, its view as they show it, for a list that is drawn before they are read. */
export function toRecord(state: DeviceState, { rows, ...record }: RoomState): RoomRecord {
  if (!rows || record.cursor === undefined) return record;
  const room = viewRoom(state, { ...record, rows }, []);
  return { ...record, room, counted: { change: record.cursor, sequence: room.last_sequence } };
}
