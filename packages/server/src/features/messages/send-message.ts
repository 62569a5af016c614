/** Sends a message of the caller's own. */
import type { Input } from "@pipit/protocol/operations";
import type { Context, Handler } from "../../context.ts";
import { parseRoomId } from "../rooms/rooms-access.ts";
import { appendDraft } from "./append-draft.ts";
import type { Draft } from "./append-messages.ts";
import { carriedText } from "./carried-content.ts";
import { type Called, findCalled, mayCall } from "./find-called.ts";
import { carriesMedium, findGivenMedium } from "./given-medium.ts";
import { isInLine, sendInTurn } from "./send-in-turn.ts";
import { toDraft } from "./to-draft.ts";

const nobody: Called = { userIds: [], isAll: false };

// Not an async function: each that a message waits in for its commit costs as much as all that is done here.
export const sendMessage: Handler<"messages.send"> = (ctx, input) => {
  // Most messages need no look at anything, and wait for nothing before the append.
  const isReady = !carriesMedium(input) && !mayCall(carriedText(input));
  if (isReady && !isInLine(ctx.actor, input.room_id)) return appendDraft(ctx, toDraft(ctx, input, undefined, nobody));
  return sendInTurn(ctx, input.room_id, () => prepare(ctx, input));
};

async function prepare(ctx: Context, input: Input<"messages.send">): Promise<Draft> {
  const roomId = parseRoomId(input.room_id);
  const content = carriedText(input);
  const medium = carriesMedium(input) ? await findGivenMedium(ctx, input) : undefined;
  const called = mayCall(content) ? await findCalled(ctx.db, roomId, content) : nobody;
  return toDraft(ctx, input, medium, called);
}
