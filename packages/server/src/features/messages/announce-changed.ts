/** Tells a room that one of its messages is not what it was, and neither are the replies that show a preview of it. */
import type { Context, Writer } from "../../context.ts";
import type { Announce } from "../../db/transact.ts";
import { touchReplies } from "./change-messages-store.ts";
import type { Place } from "./message-id.ts";
import { findMessagesAt } from "./messages-access.ts";

/** Older replies keep the preview that they have, so that an edit costs the same however often a message is quoted. */
const maxReplies = 100;

export async function announceChanged(
  ctx: Pick<Context, "actor" | "links">,
  tx: Writer,
  announce: Announce,
  event: "message:edit:update" | "message:delete:update",
  place: Place,
): Promise<void> {
  const replies = await touchReplies(tx, place, maxReplies);
  const source = { ...ctx, db: tx };
  const [message] = await findMessagesAt(source, undefined, [place]);
  if (!message) throw new Error("a changed message is missing");
  const quoting = await findMessagesAt(
    source,
    undefined,
    replies.map((sequence) => ({ roomId: place.roomId, sequence })),
  );
  announce((audiences) => {
    audiences.toRoom(place.roomId, event, message, ctx.actor.socketId);
    for (const reply of quoting) audiences.toRoom(place.roomId, "message:edit:update", reply);
  });
}
