/** The audiences of a server that no socket can reach. */
import type { Audiences } from "./audiences.ts";

export const noAudiences: Audiences = {
  toRoom: () => {},
  toRoomBut: () => {},
  toUser: () => {},
  toDevice: () => {},
  toSocket: () => {},
  toRoomIfIdle: () => {},
  logOut: () => {},
  hasJoined: () => false,
  joinRoom: () => {},
  leaveRoom: async () => {},
  setSilent: () => {},
  isSilent: () => false,
  closeRoom: () => {},
};
