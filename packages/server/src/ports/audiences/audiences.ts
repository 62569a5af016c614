/** Who hears of an event. */
import type { EventName, Payload } from "@pipit/protocol/events";

export type UserKey = { tenantId: string; userId: string };
export type DeviceKey = UserKey & { deviceId: string };

/**
 * Sockets grouped into audiences. Telling is a hint: it may be lost, repeated or reordered, and never throws for a
 * socket that is gone (G4). An event is encoded once, whatever the size of its audience. Joining and leaving act on every
 * socket that the user has at that moment; what is told to a room after `leaveRoom` has returned does not reach them
 * through this node.
 */
export interface Audiences {
  /** To the sockets of a room's members, but for `exceptSocket`. */
  toRoom<Name extends EventName>(roomId: string, event: Name, payload: Payload<Name>, exceptSocket?: string): void;
  /** To the sockets of a room's members, but for those of some users, and for `exceptSocket`. */
  toRoomBut<Name extends EventName>(
    users: readonly UserKey[],
    roomId: string,
    event: Name,
    payload: Payload<Name>,
    exceptSocket?: string,
  ): void;
  /** To the sockets of a user. */
  toUser<Name extends EventName>(user: UserKey, event: Name, payload: Payload<Name>, exceptSocket?: string): void;
  /** To the sockets of one device of a user. */
  toDevice<Name extends EventName>(device: DeviceKey, event: Name, payload: Payload<Name>): void;
  /** To one socket. */
  toSocket<Name extends EventName>(socketId: string, event: Name, payload: Payload<Name>): void;
  /** As `toRoom`, but a socket for which anything else waits does not get it: the first to be dropped under load. */
  toRoomIfIdle<Name extends EventName>(
    roomId: string,
    event: Name,
    payload: Payload<Name>,
    exceptSocket?: string,
  ): void;
  /** Tells the sockets of a device that it was logged out, and closes them: none does anything more after that. */
  logOut(device: DeviceKey): void;
  /** Whether a socket of this node is in the room's audience now. */
  hasJoined(socketId: string, roomId: string): boolean;
  joinRoom(user: UserKey, roomId: string): void;
  /** @returns once it is so on every node, or a node gave no answer in time */
  leaveRoom(user: UserKey, roomId: string): Promise<void>;
  /**
   * From now on, or no more, what the user does in the room in passing is not for the others. As with joining, it acts on
   * every socket that the user has at that moment.
   */
  setSilent(user: UserKey, roomId: string, isSilent: boolean): void;
  /** Whether that is so of a socket of this node now. */
  isSilent(socketId: string, roomId: string): boolean;
  /** Everyone leaves the room's audience. */
  closeRoom(roomId: string): void;
}
