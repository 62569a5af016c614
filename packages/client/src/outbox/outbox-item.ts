/** What waits to be told to the server, as it is stored. */
import type { Draft } from "@pipit/protocol/models/account";
import type { RawInput } from "@pipit/protocol/operations";
import type { MessageMediaType } from "../media/source.ts";
import type { UploadCheckpoint } from "../media/upload-task.ts";

/** A message that is there, or one that is itself still in the outbox, by its client id. */
export type Target = { messageId: string } | { clientMessageId: string };

/** A file that goes along with a message. */
export type Attachment = {
  blob: Blob;
  fileName: string;
  mimeType?: string | undefined;
  messageType?: MessageMediaType | undefined;
  /** Where its upload stands, for the next try. */
  checkpoint?: UploadCheckpoint | undefined;
  /** It is there: nothing is left but to send the message. */
  uploadId?: string | undefined;
};

export type SendAction = {
  kind: "send";
  content: string;
  replyTo: Target | undefined;
  /** Mentions, or content of a shape of its own. */
  meta: RawInput<"messages.send">["meta_data"];
  attachment: Attachment | undefined;
  isViewOnce: boolean | undefined;
};

export type OutboxAction =
  | SendAction
  | { kind: "edit"; target: Target; content: string }
  | { kind: "delete"; target: Target; for: "everyone" | "me" }
  | { kind: "react"; target: Target; emoji: string; isOn: boolean }
  | { kind: "star"; target: Target; isStarred: boolean }
  | { kind: "read"; upTo: number }
  | { kind: "preferences"; changes: PreferenceChanges };

export type PreferenceChanges = {
  is_pinned?: boolean | undefined;
  is_archived?: boolean | undefined;
  muted_until?: string | null | undefined;
  is_marked_unread?: boolean | undefined;
  /** False accepts it. */
  is_request?: false | undefined;
  draft?: Pick<Draft, "content" | "reply_to"> | null | undefined;
};

export type OutboxItem = {
  /** Of a send, its client_message_id. */
  id: string;
  roomId: string;
  /** Its place among all items of all tabs: text that sorts. */
  order: string;
  action: OutboxAction;
  /** `failed` waits for a person: it can't be told, or only by trying again by hand. */
  state: "waiting" | "failed";
  /** How often it was tried. */
  attempts: number;
  error: { code: string; message: string } | undefined;
  /** ISO-8601. */
  createdAt: string;
};

/** Where an item is kept. */
export function outboxKey(item: OutboxItem): string {
  return item.order;
}

export function isTarget(
  target: Target | undefined,
  message: { id: string; client_message_id: string | null },
): boolean {
  if (!target) return false;
  return "messageId" in target ? target.messageId === message.id : target.clientMessageId === message.client_message_id;
}
