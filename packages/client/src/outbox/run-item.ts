/** Tells the server what one item of the outbox is about, and takes its answer. */
import type { RawInput } from "@pipit/protocol/operations";
import type { Call } from "../connection/caller.ts";
import { PipitError } from "../errors.ts";
import { applyHidden, applyPreferences, applyStar } from "../state/apply-pages.ts";
import type { Model } from "../state/save-room.ts";
import type { OutboxAction, OutboxItem, SendAction, Target } from "./outbox-item.ts";
import type { NoteReply } from "./share-outbox.ts";

export type RunParts = {
  model: Model;
  call: Call;
  /** Takes a reply that changed a room as if it were the event that others hear. */
  noteReply: NoteReply;
  /** Takes a change of private state. */
  noteAccount(change: number, roomId: string): void;
  /** Sees to it that an attachment is there. @returns its upload id */
  upload(item: OutboxItem, action: SendAction): Promise<string>;
};

/** What it came to: of a send, the id of the message. */
type Outcome = string | undefined;

type Run<Kind extends OutboxAction["kind"]> = (
  parts: RunParts,
  item: OutboxItem,
  action: Extract<OutboxAction, { kind: Kind }>,
) => Promise<Outcome>;

const runs: { [Kind in OutboxAction["kind"]]: Run<Kind> } = {
  send: async (parts, item, action) => {
    const uploadId = action.attachment && (await parts.upload(item, action));
    const { data } = await parts.call("messages.send", toSendInput(item, action, uploadId));
    const { duplicate: _, ...message } = data;
    parts.noteReply("message:receive", message);
    return message.id;
  },
  edit: async (parts, _item, { target, content }) => {
    const { data } = await parts.call("messages.edit", { message_id: idOf(target), content });
    parts.noteReply("message:edit:update", data);
    return undefined;
  },
  delete: async (parts, item, { target, for: whom }) => {
    const { data } = await parts.call("messages.delete", { message_id: idOf(target), for: whom });
    // The reply does not show the tombstone: the room's sync brings it.
    if (whom === "everyone") parts.noteReply("message:deleted", { room_id: item.roomId, change: data.change });
    else {
      applyHidden(parts.model, item.roomId, data.message_id);
      parts.noteAccount(data.account_change ?? 0, item.roomId);
    }
    return undefined;
  },
  react: async (parts, item, { target, emoji, isOn }) => {
    const name = isOn ? "messages.react" : "messages.unreact";
    const { data } = await parts.call(name, { message_id: idOf(target), emoji });
    const told = {
      ...data,
      emoji,
      room_id: item.roomId,
      user_id: parts.model.state.userId,
      action: isOn ? "added" : "removed",
    };
    parts.noteReply("message:reaction:update", told);
    return undefined;
  },
  star: async (parts, item, { target, isStarred }) => {
    const { data } = await parts.call("messages.star", { message_id: idOf(target), is_starred: isStarred });
    applyStar(parts.model, { room_id: item.roomId, ...data });
    parts.noteAccount(data.account_change, item.roomId);
    return undefined;
  },
  read: async (parts, item, { upTo }) => {
    const input = { room_id: item.roomId, up_to_sequence: upTo };
    const { data } = await parts.call("receipts.markSeen", input);
    parts.noteReply("message:seen:update", { ...data, up_to_sequence: data.read_sequence });
    return undefined;
  },
  preferences: async (parts, item, { changes }) => {
    const { data } = await parts.call("rooms.setPreferences", { room_id: item.roomId, ...changes });
    applyPreferences(parts.model, data);
    parts.noteAccount(data.account_change, item.roomId);
    return undefined;
  },
};

/** @throws {PipitError} */
export function runItem(parts: RunParts, item: OutboxItem): Promise<Outcome> {
  const run = runs[item.action.kind] as Run<OutboxAction["kind"]>;
  return run(parts, item, item.action as never);
}

function toSendInput(item: OutboxItem, action: SendAction, uploadId: string | undefined): RawInput<"messages.send"> {
  const { content, replyTo, meta: meta_data, attachment, isViewOnce: is_view_once } = action;
  return {
    room_id: item.roomId,
    content,
    client_message_id: item.id,
    reply_to: replyTo && idOf(replyTo),
    meta_data,
    is_view_once,
    upload_id: uploadId,
    message_type: attachment?.messageType === "file" ? "file" : undefined,
  };
}

/** A target's id; the outbox runs an item only when what it is about has come through. */
function idOf(target: Target): string {
  if ("messageId" in target) return target.messageId;
  throw new PipitError("not_found", { message: "It was never sent.", retryable: false });
}
