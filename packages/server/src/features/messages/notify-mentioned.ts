/** Tells those whom a message mentions, but for its sender. */
import type { Message } from "@pipit/protocol/models/message";
import type { Actor } from "../../context.ts";
import type { Audiences } from "../../ports/audiences/audiences.ts";

const previewCharacters = 100;

export function notifyMentioned(
  audiences: Audiences,
  { tenantId, userId }: Actor,
  mention: {
    message: Pick<Message, "id" | "room_id" | "content">;
    senderName: string;
    /** Members. */
    userIds: readonly string[];
    isAll: boolean;
    /** Members who can't see the message, where all are mentioned. */
    blind?: readonly string[];
  },
): void {
  const { message } = mention;
  const payload = {
    roomId: message.room_id,
    messageId: message.id,
    mentionedBy: userId,
    mentionedByName: mention.senderName,
    content: [...message.content.slice(0, previewCharacters * 2)].slice(0, previewCharacters).join(""),
  };
  if (mention.isAll) {
    const spared = [userId, ...(mention.blind ?? [])].map((id) => ({ tenantId, userId: id }));
    audiences.toRoomBut(spared, message.room_id, "notification:mention", payload);
    return;
  }
  for (const mentionedId of mention.userIds) {
    if (mentionedId !== userId) {
      audiences.toUser({ tenantId, userId: mentionedId }, "notification:mention", payload);
    }
  }
}
