/** Which operations go over the socket: read by the generator of the table of doors, so that it leaves the other events out. */
import type { OperationName } from "@pipit/protocol/operations";

/**
 * What goes over the socket if it can: the calls that the SDK itself makes all the time. It applies their replies, since
 * the socket that asked hears no event of them; all else goes over REST, and comes back to it as an event.
 */
export const socketFirst: ReadonlySet<OperationName> = new Set([
  "messages.send",
  "messages.list",
  "messages.edit",
  "messages.delete",
  "messages.react",
  "messages.unreact",
  "messages.star",
  "receipts.markDelivered",
  "receipts.markSeen",
  "rooms.setPreferences",
  "sync.chats",
  "sync.messages",
]);
