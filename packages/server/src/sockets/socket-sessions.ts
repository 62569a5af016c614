/** Sessions as the sockets of this process hold them. */
import { AppError } from "../app-error.ts";
import type { Services } from "../context.ts";
import type { Authenticator } from "../identity/authenticate.ts";
import type { Sessions } from "../ports/sessions/sessions.ts";
import type { PipitServer } from "./socket-server.ts";

export function createSocketSessions(io: PipitServer, authenticator: Authenticator, services: Services): Sessions {
  return {
    async renew(socketId, token) {
      const socket = io.sockets.sockets.get(socketId);
      if (!socket) throw new AppError("unauthenticated");
      const before = socket.data.actor;
      const { actor, expiresAt } = await authenticator.identify(token, before.deviceId);
      if (actor.tenantId !== before.tenantId || actor.userId !== before.userId) {
        throw new AppError("forbidden", { message: "This token is of another user." });
      }
      await services.devices.gate.requireOpen(actor);
      // It may have been sent away meanwhile, and goes.
      if (socket.data.isLeaving || socket.data.isLoggedOut) throw new AppError("unauthenticated");
      socket.data.actor = { ...actor, socketId };
      socket.data.expiresAt = expiresAt.getTime();
      return expiresAt;
    },
  };
}
