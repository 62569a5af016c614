/** Audiences as Socket.IO's rooms, in this process. */
import type { Audiences, UserKey } from "../ports/audiences/audiences.ts";
import type { PipitServer } from "./socket-server.ts";

export function roomAudience(roomId: string): string {
  return `room:${roomId}`;
}

// A tenant's id has no slash.
export function userAudience(user: UserKey): string {
  return `user:${user.tenantId}/${user.userId}`;
}

export function createSocketAudiences(io: PipitServer): Audiences {
  const tell = (audience: string, event: string, payload: unknown, exceptSocket: string | undefined): void => {
    const target = io.to(audience);
    (exceptSocket === undefined ? target : target.except(exceptSocket)).emit(event, payload);
  };
  return {
    toRoom: (roomId, event, payload, exceptSocket) => tell(roomAudience(roomId), event, payload, exceptSocket),
    toUser: (user, event, payload, exceptSocket) => tell(userAudience(user), event, payload, exceptSocket),
    joinRoom: (user, roomId) => io.in(userAudience(user)).socketsJoin(roomAudience(roomId)),
    leaveRoom: (user, roomId) => io.in(userAudience(user)).socketsLeave(roomAudience(roomId)),
    closeRoom: (roomId) => io.in(roomAudience(roomId)).socketsLeave(roomAudience(roomId)),
  };
}
