/** Saves a locked room's pins, records what was done, and tells the members. */
import type { SystemFact } from "@pipit/protocol/models/message";
import type { PinnedMessage } from "@pipit/protocol/models/room";
import type { Output } from "@pipit/protocol/operations";
import type { Context, Writer } from "../../context.ts";
import type { Announce } from "../../db/transact.ts";
import { appendSystemMessage, tellOfMessage } from "../messages/messages-access.ts";
import { withoutWithheld } from "../messages/withheld-access.ts";
import { accessRoom, nextChange, saveRoom } from "../rooms/rooms-access.ts";
import { tellOfPins } from "./tell-of-pins.ts";

export async function savePins(
  ctx: Context,
  tx: Writer,
  announce: Announce,
  roomId: string,
  pins: PinnedMessage[],
  fact: SystemFact,
): Promise<Output<"messages.pin">> {
  const { tenantId, userId, socketId } = ctx.actor;
  const change = await nextChange(tx, roomId);
  await saveRoom(tx, roomId, { pinned: JSON.stringify(pins) }, { change, at: ctx.clock.now() });
  const message = await appendSystemMessage(ctx, tx, roomId, fact);
  const room = await accessRoom(ctx, roomId, tx);
  // What one does whom the other of a direct room blocks is told to them alone.
  const is_withheld = room.blocked_by_peer;
  await tellOfPins(tx, announce, room, { change, to: is_withheld ? userId : undefined, exceptSocket: socketId });
  announce((audiences) => tellOfMessage(audiences, { ...message, is_withheld }, tenantId, "message:receive", message));
  return { room_id: roomId, change, pinned_messages: await withoutWithheld(tx, userId, pins) };
}
