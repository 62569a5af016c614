/** What other parts may ask of messages that were withheld. */
import type { Reader } from "../../context.ts";
import { parseMessageId } from "./message-id.ts";
import { findRowsAt } from "./messages-store.ts";

/** Leaves out what is about messages that were withheld from the user. */
export async function withoutWithheld<Entry extends { message_id: string }>(
  db: Reader,
  userId: string,
  entries: readonly Entry[],
): Promise<Entry[]> {
  const places = entries.flatMap(({ message_id }) => parseMessageId(message_id) ?? []);
  const rows = await findRowsAt(db, places);
  const hidden = new Set(
    rows.filter((row) => row.is_withheld && row.sender_id !== userId).map((row) => `${row.room_id}.${row.sequence}`),
  );
  return entries.filter(({ message_id }) => !hidden.has(message_id));
}
