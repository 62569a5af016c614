/** Changes a poll in its locked room, and tells of it. */
import type { Poll } from "@pipit/protocol/models/content";
import type { Output } from "@pipit/protocol/operations";
import type { Context, Writer } from "../../context.ts";
import { findBlind } from "../messages/blind-members-access.ts";
import { fromMessageId, tellOfMessage, toMessageId, touchMessage } from "../messages/messages-access.ts";
import { type AccessedMessage, accessMessageForWrite } from "../messages/room-messages-access.ts";
import { changeRoom, nextChange } from "../rooms/rooms-access.ts";
import { findPolls, type StoredPoll } from "./polls-access.ts";
import { requirePoll } from "./require-poll.ts";

export type AccessedPoll = AccessedMessage & { poll: StoredPoll };

/**
 * @param save saves what the caller does, and gives the poll as it is stored then, or undefined if that was so already
 * @param optionIds what the caller chose, if that is what they do
 * @throws {AppError} `not_found`, `conflict` for what is no poll, `gone`, and what `save` throws
 */
export function changePoll(
  ctx: Context,
  messageId: string,
  save: (tx: Writer, accessed: AccessedPoll) => Promise<StoredPoll | undefined>,
  optionIds?: number[],
): Promise<Output<"polls.vote">> {
  const place = fromMessageId(messageId);
  return changeRoom(ctx, place.roomId, async (tx, announce) => {
    const accessed = await accessMessageForWrite(ctx, tx, messageId);
    const { row } = accessed;
    const before = requirePoll(row);
    const saved = await save(tx, { ...accessed, poll: before });
    const poll = await viewPoll(ctx, tx, row, saved ?? before);
    const id = toMessageId(place.roomId, place.sequence);
    if (!saved) return { message_id: id, poll, change: row.change, is_changed: false };
    const change = await nextChange(tx, place.roomId);
    await touchMessage(tx, place, change);
    const chosen = optionIds ? { option_ids: optionIds } : {};
    const fact = { room_id: place.roomId, message_id: id, change, user_id: ctx.actor.userId, ...chosen };
    const { tenantId, socketId } = ctx.actor;
    const blind = (await findBlind(tx, place.roomId, [place.sequence]))(place.sequence);
    announce((audiences) => {
      const payload = { ...fact, poll: toAnyone(poll) };
      tellOfMessage(audiences, { ...row, blind }, tenantId, "message:poll:update", payload, socketId);
    });
    return { message_id: id, poll, change, is_changed: true };
  });
}

async function viewPoll(ctx: Context, tx: Writer, row: AccessedMessage["row"], poll: StoredPoll): Promise<Poll> {
  const place = { room_id: row.room_id, sequence: row.sequence, poll };
  const [found] = await findPolls(tx, ctx.actor.userId, [place]);
  if (!found) throw new Error("a poll that was asked for is missing");
  return found.poll;
}

// An event is the same for all who hear it (docs/spec.md W7).
function toAnyone(poll: Poll): Poll {
  return { ...poll, options: poll.options.map((option) => ({ ...option, voted_by_me: false })) };
}
