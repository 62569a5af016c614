/** Audiences as Socket.IO's rooms, in this process. */
import type { Audiences, DeviceKey, UserKey } from "../ports/audiences/audiences.ts";
import { logOutSockets } from "./log-out-sockets.ts";
import type { PipitServer } from "./socket-server.ts";
import { tellSockets } from "./tell-sockets.ts";
import { hasWaiting } from "./waiting-packets.ts";

export function roomAudience(roomId: string): string {
  return `room:${roomId}`;
}

/** The sockets of those who are silent in a room. Nothing is told to it: to be in it is what says so. */
export function silentAudience(roomId: string): string {
  return `silent:${roomId}`;
}

// A tenant's id has no slash.
export function userAudience(user: UserKey): string {
  return `user:${user.tenantId}/${user.userId}`;
}

// A user's id has none either.
export function deviceAudience(device: DeviceKey): string {
  return `device:${device.tenantId}/${device.userId}/${device.deviceId}`;
}

export function createSocketAudiences(io: PipitServer): Audiences {
  const tell = (audience: string, event: string, payload: unknown, exceptSocket: string | undefined): void =>
    tellSockets(io, audience, event, payload, exceptSocket);
  const findBusy = (audience: string): string[] =>
    [...(io.sockets.adapter.rooms.get(audience) ?? [])].filter((id) => {
      const socket = io.sockets.sockets.get(id);
      return socket !== undefined && hasWaiting(socket);
    });
  return {
    toRoom: (roomId, event, payload, exceptSocket) => tell(roomAudience(roomId), event, payload, exceptSocket),
    toRoomBut(users, roomId, event, payload, exceptSocket) {
      const spared = [...users.map(userAudience), ...(exceptSocket === undefined ? [] : [exceptSocket])];
      io.to(roomAudience(roomId)).except(spared).emit(event, payload);
    },
    toUser: (user, event, payload, exceptSocket) => tell(userAudience(user), event, payload, exceptSocket),
    hasJoined: (socketId, roomId) => io.sockets.sockets.get(socketId)?.rooms.has(roomAudience(roomId)) === true,
    toDevice: (device, event, payload) => tell(deviceAudience(device), event, payload, undefined),
    toSocket: (socketId, event, payload) => tell(socketId, event, payload, undefined),
    toRoomIfIdle(roomId, event, payload, exceptSocket) {
      const audience = roomAudience(roomId);
      const spared = [...findBusy(audience), ...(exceptSocket === undefined ? [] : [exceptSocket])];
      io.to(audience).except(spared).emit(event, payload);
    },
    logOut: (device) => logOutSockets(io, deviceAudience(device), device.deviceId),
    joinRoom: (user, roomId) => io.in(userAudience(user)).socketsJoin(roomAudience(roomId)),
    async leaveRoom(user, roomId) {
      io.in(userAudience(user)).socketsLeave(roomAudience(roomId));
    },
    setSilent(user, roomId, isSilent) {
      const sockets = io.in(userAudience(user));
      if (isSilent) sockets.socketsJoin(silentAudience(roomId));
      else sockets.socketsLeave(silentAudience(roomId));
    },
    isSilent: (socketId, roomId) => io.sockets.sockets.get(socketId)?.rooms.has(silentAudience(roomId)) === true,
    closeRoom: (roomId) => io.in(roomAudience(roomId)).socketsLeave(roomAudience(roomId)),
  };
}
