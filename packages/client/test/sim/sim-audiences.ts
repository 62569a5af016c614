/** Audiences over simulated sockets. */
import type { Actor } from "../../../server/src/context.ts";
import type { Audiences, DeviceKey } from "../../../server/src/ports/audiences/audiences.ts";
import {
  deviceAudience,
  roomAudience,
  silentAudience,
  userAudience,
} from "../../../server/src/sockets/socket-audiences.ts";

/** A socket as the server has it. */
export type SimSocket = {
  id: string;
  actor: Actor;
  audiences: Set<string>;
  isLoggedOut: boolean;
  /** Sends an event, which may get lost. */
  push(event: string, json: string): void;
  /** Ends the connection behind the answers that are on their way. */
  end(): void;
};

export type SimAudiences = Audiences & {
  join(socket: SimSocket, audience: string): void;
  leave(socket: SimSocket, audience: string): void;
  /** Takes a socket out of all audiences. */
  forget(socket: SimSocket): void;
};

export function createSimAudiences(): SimAudiences {
  const members = new Map<string, Set<SimSocket>>();
  const listOf = (audience: string): SimSocket[] => [...(members.get(audience) ?? [])];
  const tell = (audience: string, event: string, payload: unknown, exceptSocket?: string): void => {
    const sockets = listOf(audience).filter((socket) => socket.id !== exceptSocket);
    if (sockets.length === 0) return;
    const json = JSON.stringify(payload);
    for (const socket of sockets) socket.push(event, json);
  };
  const join = (socket: SimSocket, audience: string): void => {
    members.set(audience, (members.get(audience) ?? new Set()).add(socket));
    socket.audiences.add(audience);
  };
  const leave = (socket: SimSocket, audience: string): void => {
    members.get(audience)?.delete(socket);
    socket.audiences.delete(audience);
  };
  const forget = (socket: SimSocket): void => {
    for (const audience of [...socket.audiences]) leave(socket, audience);
  };
  const logOut = (device: DeviceKey): void => {
    for (const socket of listOf(deviceAudience(device))) {
      socket.push("device:logged-out", JSON.stringify({ device_id: device.deviceId }));
      socket.isLoggedOut = true;
      forget(socket);
      socket.end();
    }
  };
  const each = (audience: string, work: (socket: SimSocket) => void): void => {
    for (const socket of listOf(audience)) work(socket);
  };
  return {
    join,
    leave,
    forget,
    logOut,
    toRoom: (roomId, event, payload, except) => tell(roomAudience(roomId), event, payload, except),
    toRoomIfIdle: (roomId, event, payload, except) => tell(roomAudience(roomId), event, payload, except),
    toRoomBut: (users, roomId, event, payload, except) => {
      const spared = new Set(users.flatMap((user) => listOf(userAudience(user))));
      const text = JSON.stringify(payload);
      each(roomAudience(roomId), (socket) => {
        if (!spared.has(socket) && socket.id !== except) socket.push(event, text);
      });
    },
    toUser: (user, event, payload, except) => tell(userAudience(user), event, payload, except),
    toDevice: (device, event, payload) => tell(deviceAudience(device), event, payload),
    toSocket: (socketId, event, payload) => tell(socketId, event, payload),
    hasJoined: (socketId, roomId) => listOf(roomAudience(roomId)).some((socket) => socket.id === socketId),
    setSilent: (user, roomId, isSilent) =>
      each(userAudience(user), (socket) => (isSilent ? join : leave)(socket, silentAudience(roomId))),
    isSilent: (socketId, roomId) => listOf(silentAudience(roomId)).some((socket) => socket.id === socketId),
    joinRoom: (user, roomId) => each(userAudience(user), (socket) => join(socket, roomAudience(roomId))),
    async leaveRoom(user, roomId) {
      each(userAudience(user), (socket) => leave(socket, roomAudience(roomId)));
    },
    closeRoom: (roomId) => each(roomAudience(roomId), (socket) => leave(socket, roomAudience(roomId))),
  };
}
