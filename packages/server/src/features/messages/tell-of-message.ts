/** Tells of a message those who may hear of it. */
import type { EventName, Payload } from "@pipit/protocol/events";
import type { Audiences } from "../../ports/audiences/audiences.ts";

/** Where the message is, whose it is, and who may not hear of it. */
export type Told = {
  room_id: string;
  sender_id: string;
  /** It is for its sender alone. */
  is_withheld: boolean;
  /** The one that it replies to is. */
  quotes_withheld?: boolean;
  /** Members who can't see it: it is of before their history, or they have cleared it away. */
  blind?: readonly string[];
};

const nobody: readonly string[] = [];

/** The room, or the sender's own devices if it is withheld from the other of a direct room. */
export function tellOfMessage<Name extends EventName>(
  audiences: Audiences,
  { room_id, sender_id, is_withheld, quotes_withheld, blind = nobody }: Told,
  tenantId: string,
  event: Name,
  payload: Payload<Name>,
  exceptSocket?: string,
): void {
  const isForAll = !is_withheld && !quotes_withheld;
  if (isForAll && blind.length === 0) {
    audiences.toRoom(room_id, event, payload, exceptSocket);
    return;
  }
  const others = blind.map((userId) => ({ tenantId, userId }));
  if (isForAll) {
    audiences.toRoomBut(others, room_id, event, payload, exceptSocket);
    return;
  }
  const sender = { tenantId, userId: sender_id };
  audiences.toUser(sender, event, payload, exceptSocket);
  // Where others hear of a reply to what was withheld from them, they hear nothing of that.
  if (!is_withheld) audiences.toRoomBut([sender, ...others], room_id, event, withoutPreview(payload));
}

function withoutPreview<Value extends object>(payload: Value): Value {
  return "reply_preview" in payload ? { ...payload, reply_preview: null } : payload;
}
