/** To whom a message has come, and who has read it: derived from the log of receipts (docs/spec.md M11). */
import type { Handler } from "../../context.ts";
import { accessMessage } from "../messages/room-messages-access.ts";
import { findRecipients, type Reached } from "./recipients-store.ts";

type Receipt = { user_id: string; timestamp: string; device_id: string | null };

/** As many recipients as a group may have by default; of a larger room, the first by id. */
const maxRecipients = 1_024;

export const messageInfo: Handler<"messages.info"> = async (ctx, input) => {
  const { row } = await accessMessage(ctx, input.message_id);
  const { total, recipients } = await findRecipients(ctx.db, row, maxRecipients);
  return {
    delivered_to: toReceipts(recipients.map(({ user_id, delivered }) => [user_id, delivered])),
    seen_by: toReceipts(recipients.map(({ user_id, read }) => [user_id, read])),
    total_recipients: total,
  };
};

// The first first.
function toReceipts(reached: [string, Reached | null][]): Receipt[] {
  return reached
    .flatMap(([user_id, at]) => (at ? { user_id, timestamp: at.at.toISOString(), device_id: at.device_id } : []))
    .sort((a, b) => (a.timestamp === b.timestamp ? 0 : a.timestamp < b.timestamp ? -1 : 1));
}
