/** Makes a node's sockets part of those of all nodes. */
import type { Services } from "../context.ts";
import { newsTopic } from "../features/presence/presence-news.ts";
import type { Audiences } from "../ports/audiences/audiences.ts";
import type { Timers } from "../timers.ts";
import { createClusterAudiences, everyNode, takeRelayed } from "./cluster-audiences.ts";
import { healGaps } from "./heal-gaps.ts";
import { createSocketAudiences, roomAudience } from "./socket-audiences.ts";
import type { SocketServer } from "./socket-server.ts";

/** @returns the audiences of all nodes' sockets */
export function joinCluster(sockets: SocketServer, services: Services, timers: Timers): Audiences {
  const { bus, log, devices, presenceParts } = services;
  const local = tellOfJoining(createSocketAudiences(sockets.io), sockets, services);
  bus.onMessage((message) => {
    if (message.topic === newsTopic) presenceParts.news.hear(message.body);
    else takeRelayed(local, message, (device) => devices.gate.forget(device));
  });
  void bus.listen([everyNode, newsTopic]);
  healGaps(sockets, services, timers);
  return createClusterAudiences({ local, bus, log });
}

/**
 * Of a room that no socket of this node was in, nothing was heard until now: what was told of it meanwhile is to be asked
 * for.
 */
function tellOfJoining(local: Audiences, { io, topics }: SocketServer, { log }: Services): Audiences {
  const { rooms } = io.sockets.adapter;
  return {
    ...local,
    joinRoom(user, roomId) {
      const isHeard = rooms.has(roomAudience(roomId));
      local.joinRoom(user, roomId);
      if (isHeard || !rooms.has(roomAudience(roomId))) return;
      topics.settled().then(
        () => local.toUser(user, "sync:required", { room_id: roomId, reason: "missed_events" }),
        (error) => log.warn({ err: error }, "a room's topic could not be listened to"),
      );
    },
  };
}
