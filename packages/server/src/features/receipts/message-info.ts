/** To whom a message has come, and who has read it: derived from the log of receipts (docs/spec.md M11). */
import { userId } from "@pipit/protocol/scalars";
import { z } from "zod";
import type { Handler } from "../../context.ts";
import { fromCursor, toPage } from "../../db/pages.ts";
import { accessMessage } from "../messages/room-messages-access.ts";
import { findRecipients, type Reached } from "./recipients-store.ts";

type Receipt = { user_id: string; timestamp: string; device_id: string | null };

const recipientCursor = z.object({ after: userId });

export const messageInfo: Handler<"messages.info"> = async (ctx, input) => {
  const { row } = await accessMessage(ctx, input.message_id);
  const after = fromCursor(input.cursor, recipientCursor)?.after ?? "";
  const { total, recipients } = await findRecipients(ctx.db, row, { after, limit: input.limit + 1 });
  const { items, pagination } = toPage(recipients, input.limit, (last) => ({ after: last.user_id }));
  // The watermark of one who blocked its sender then may rise over a message that has never come to them (B3).
  const reached = row.is_withheld ? [] : items;
  return {
    delivered_to: toReceipts(reached.map(({ user_id, delivered }) => [user_id, delivered])),
    seen_by: toReceipts(reached.map(({ user_id, read }) => [user_id, read])),
    total_recipients: total,
    ...pagination,
  };
};

// The first first.
function toReceipts(reached: [string, Reached | null][]): Receipt[] {
  return reached
    .flatMap(([user_id, at]) => (at ? { user_id, timestamp: at.at.toISOString(), device_id: at.device_id } : []))
    .sort((a, b) => (a.timestamp === b.timestamp ? 0 : a.timestamp < b.timestamp ? -1 : 1));
}
