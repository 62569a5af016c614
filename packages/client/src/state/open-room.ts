/** A room whose rows are in memory, and how its messages are found. */
import type { Message } from "@pipit/protocol/models/message";
import type { RoomRows, RoomState } from "./device-state.ts";

export type OpenRoom = RoomState & { rows: RoomRows };

/** Where a sequence stands, or would stand, in ascending messages. */
export function placeOf(messages: readonly Message[], sequence: number): number {
  let low = 0;
  let high = messages.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((messages[middle]?.sequence_number ?? 0) < sequence) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function findMessage(room: OpenRoom, sequence: number): Message | undefined {
  const message = room.rows.messages[placeOf(room.rows.messages, sequence)];
  return message?.sequence_number === sequence ? message : undefined;
}
