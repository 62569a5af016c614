/** Keeps a sender's messages to a room in the order in which they came, where some need a look into the database first. */
import type { Actor, Context } from "../../context.ts";
import { appendDraft, type SentMessage } from "./append-draft.ts";
import type { Draft } from "./append-messages.ts";

/** By sender and room, what a later message waits for: until the one before it is in the queue of the append. */
const lines = new Map<string, Promise<void>>();

/** Whether messages of the sender to the room are being made ready. */
export function isInLine(sender: Actor, roomId: string): boolean {
  return lines.size > 0 && lines.has(toKey(sender, roomId));
}

/** Makes a message ready, along with those before it, and sends it when they have gone. */
export async function sendInTurn(ctx: Context, roomId: string, prepare: () => Promise<Draft>): Promise<SentMessage> {
  const key = toKey(ctx.actor, roomId);
  const before = lines.get(key);
  const { promise, resolve } = Promise.withResolvers<void>();
  lines.set(key, promise);
  try {
    const [prepared] = await Promise.allSettled([prepare(), before]);
    if (prepared.status === "rejected") throw prepared.reason;
    // Not awaited here: the message is in the queue by now, and the next may follow it.
    return appendDraft(ctx, prepared.value);
  } finally {
    resolve();
    if (lines.get(key) === promise) lines.delete(key);
  }
}

function toKey({ tenantId, userId }: Actor, roomId: string): string {
  return `${tenantId}/${userId}/${roomId}`;
}
