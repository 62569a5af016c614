/** Who hears of an event. */
import type { EventName, Payload } from "@pipit/protocol/events";

export type UserKey = { tenantId: string; userId: string };

/**
 * Sockets grouped into audiences. Telling is a hint: it may be lost, repeated or reordered, and never throws for a
 * socket that is gone (G4). An event is encoded once, whatever the size of its audience. Joining and leaving act on every
 * socket that the user has at that moment; what is told to a room after `leaveRoom` has returned does not reach them
 * through this node.
 */
export interface Audiences {
  /** To the sockets of a room's members, but for `exceptSocket`. */
  toRoom<Name extends EventName>(roomId: string, event: Name, payload: Payload<Name>, exceptSocket?: string): void;
  /** To the sockets of a user. */
  toUser<Name extends EventName>(user: UserKey, event: Name, payload: Payload<Name>, exceptSocket?: string): void;
  joinRoom(user: UserKey, roomId: string): void;
  leaveRoom(user: UserKey, roomId: string): void;
  /** Everyone leaves the room's audience. */
  closeRoom(roomId: string): void;
}
