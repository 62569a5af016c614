/** What a notification says. */
import type { PushNotification } from "../../ports/push/push-sender.ts";
import { toMessageId } from "../messages/messages-access.ts";
import type { PushParts } from "./push-parts.ts";
import type { DueRow, ShownRow } from "./push-store.ts";

/** A phone that was off for a weekend still tells of it. */
const ttlSeconds = 7 * 86_400;

/** What stands for a medium without text. */
const wordOf: Record<string, string> = { image: "Photo", video: "Video", audio: "Audio", file: "File" };

type Style = Pick<PushParts, "withPreview" | "plainText">;

/** Of a message. The ids are there always; names and words only if the institution wants them on lock screens. */
export function toMessageNotification(row: DueRow, badge: number, style: Style): PushNotification {
  return {
    type: "message",
    tag: row.room_id,
    badge,
    alert: style.withPreview ? toPreview(row) : { body: style.plainText },
    data: {
      room_id: row.room_id,
      message_id: toMessageId(row.room_id, row.sequence),
      sequence_number: row.sequence,
      sender_id: row.sender_id,
    },
    ttlSeconds,
  };
}

function toPreview(row: DueRow): { title: string; body: string } {
  const text = row.preview.trim() || (wordOf[row.message_type] ?? "");
  const sender = row.sender_name ?? row.sender_id;
  if (row.room_type === "direct" || row.room_name === null) return { title: sender, body: text };
  return { title: row.room_name, body: `${sender}: ${text}` };
}

/** That what is shown of a room, up to a message, is to be taken away; silent. */
export function toClearNotification(row: ShownRow, badge: number): PushNotification {
  const data = { room_id: row.room_id, up_to_sequence: row.up_to };
  return { type: "clear", tag: row.room_id, badge, data, ttlSeconds };
}

/** By which a user sees whether it works. */
export function toTestNotification(badge: number, { plainText }: Style): PushNotification {
  return { type: "test", tag: "test", badge, alert: { body: plainText }, data: {}, ttlSeconds: 60 };
}
