/** Tells presence of a socket's coming and going. */
import type { Services } from "../context.ts";
import type { PipitSocket } from "./admit-socket.ts";

/** A failure to tell is logged, and never the socket's concern. */
export function trackPresence(socket: PipitSocket, services: Services): void {
  const { presence, presenceParts, log } = services;
  const { tenantId, userId, deviceId } = socket.data.actor;
  const user = { tenantId, userId };
  const connection = { ...user, deviceId, socketId: socket.id };
  const warn = (error: unknown): void => log.warn({ err: error, user_id: userId }, "presence could not be told");
  presenceParts.subscriptions.open(socket.id, user);
  const entered = enter().catch(warn);
  // Once it has disconnected, it is in no audience any more.
  socket.once("disconnecting", () => presenceParts.typing.end(socket.id));
  socket.once("disconnect", () => {
    const hasAnother = presenceParts.subscriptions.end(socket.id);
    if (!hasAnother) presenceParts.news.left(user);
    // Never before it has entered, or it would stay.
    entered.then(() => presence.leave(connection)).catch(warn);
  });

  async function enter(): Promise<void> {
    await presence.enter(connection);
    if (!socket.data.isInFocus) await presence.setFocus(connection, false);
  }
}
