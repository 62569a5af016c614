/** Pins a message, so that the room shows it first for a time. */
import type { pinDurations } from "@pipit/protocol/operations/pins";
import { AppError } from "../../app-error.ts";
import type { Handler } from "../../context.ts";
import { fromMessageId } from "../messages/messages-access.ts";
import { type AccessedMessage, accessMessageForWrite } from "../messages/room-messages-access.ts";
import { changeRoom } from "../rooms/rooms-access.ts";
import { canPin, requireAllowed } from "../rooms/rooms-policy-access.ts";
import { savePins } from "./save-pins.ts";

const maxPins = 3;
const dayMs = 86_400_000;
const durationsMs: Record<(typeof pinDurations)[number], number> = { "24h": dayMs, "7d": 7 * dayMs, "30d": 30 * dayMs };

export const pinMessage: Handler<"messages.pin"> = (ctx, input) => {
  const place = fromMessageId(input.message_id);
  return changeRoom(ctx, place.roomId, async (tx, announce) => {
    const { room, row } = await accessMessageForWrite(ctx, tx, input.message_id);
    requireAllowed(canPin(room), "Your role may not pin messages in this room.");
    requirePinnable(row);
    const now = ctx.clock.now();
    const isOther = (pin: { message_id: string }) => pin.message_id !== input.message_id;
    // Those that have run out take no place, and go with this change if they are there still.
    const others = room.pinned.filter((pin) => isOther(pin) && Date.parse(pin.expires_at) > now.getTime());
    if (others.length >= maxPins) throw new AppError("conflict", { message: `A room has at most ${maxPins} pins.` });
    const pin = {
      message_id: input.message_id,
      pinned_by: ctx.actor.userId,
      pinned_at: now.toISOString(),
      expires_at: new Date(now.getTime() + durationsMs[input.duration]).toISOString(),
    };
    const fact = { kind: "message_pinned" as const, message_id: input.message_id };
    return savePins(ctx, tx, announce, room.id, [pin, ...others], fact);
  });
};

function requirePinnable(row: AccessedMessage["row"]): void {
  if (row.message_type === "system") throw new AppError("conflict", { message: "A system message can't be pinned." });
  if (row.deleted_at !== null) throw new AppError("gone", { message: "The message was deleted." });
}
