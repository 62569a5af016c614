/** Audiences whose sockets are on several nodes: each node tells its own, and tells the others over the bus what it told. */
import type { Log } from "../log.ts";
import type { Audiences, DeviceKey, UserKey } from "../ports/audiences/audiences.ts";
import type { Bus, BusMessage } from "../ports/bus/bus.ts";
import { roomAudience, userAudience } from "./socket-audiences.ts";

/** Calls of a node's own audiences that others make as well. What only one node's sockets can know is none of them. */
const relayed = [
  "toRoom",
  "toRoomBut",
  "toUser",
  "toDevice",
  "toRoomIfIdle",
  "logOut",
  "joinRoom",
  "leaveRoom",
  "setSilent",
  "closeRoom",
] as const;
type Relayed = (typeof relayed)[number];
type Call = [name: Relayed, ...args: unknown[]];

const known: ReadonlySet<string> = new Set(relayed);

/** Log-outs concern nodes that have no socket of the user, too: they may remember that its token is good. */
export const everyNode = "nodes";

type Parts = { local: Audiences; bus: Bus; log: Log };

/** The sockets that an event leaves out are those of the node that tells it: what others are told has none. */
export function createClusterAudiences({ local, bus, log }: Parts): Audiences {
  function relay<Name extends Relayed>(topic: string, name: Name, ...args: Parameters<Audiences[Name]>): void {
    bus.publish(topic, toBody(name, ...args));
  }
  return {
    toRoom(roomId, event, payload, exceptSocket) {
      local.toRoom(roomId, event, payload, exceptSocket);
      relay(roomAudience(roomId), "toRoom", roomId, event, payload);
    },
    toRoomBut(users, roomId, event, payload, exceptSocket) {
      local.toRoomBut(users, roomId, event, payload, exceptSocket);
      relay(roomAudience(roomId), "toRoomBut", users.map(toUserKey), roomId, event, payload);
    },
    toUser(user, event, payload, exceptSocket) {
      local.toUser(user, event, payload, exceptSocket);
      relay(userAudience(user), "toUser", toUserKey(user), event, payload);
    },
    toDevice(device, event, payload) {
      local.toDevice(device, event, payload);
      relay(userAudience(device), "toDevice", toDeviceKey(device), event, payload);
    },
    toSocket: (socketId, event, payload) => local.toSocket(socketId, event, payload),
    toRoomIfIdle(roomId, event, payload, exceptSocket) {
      local.toRoomIfIdle(roomId, event, payload, exceptSocket);
      relay(roomAudience(roomId), "toRoomIfIdle", roomId, event, payload);
    },
    logOut(device) {
      local.logOut(device);
      relay(everyNode, "logOut", toDeviceKey(device));
    },
    hasJoined: (socketId, roomId) => local.hasJoined(socketId, roomId),
    joinRoom(user, roomId) {
      local.joinRoom(user, roomId);
      relay(userAudience(user), "joinRoom", toUserKey(user), roomId);
    },
    async leaveRoom(user, roomId) {
      await local.leaveRoom(user, roomId);
      const isSure = await bus.publishSurely(userAudience(user), toBody("leaveRoom", toUserKey(user), roomId));
      // Such a node looks at all its sockets anew once it hears again (recheck-sockets.ts).
      if (!isSure) log.warn({ room_id: roomId }, "another node may not know yet that a membership has ended");
    },
    setSilent(user, roomId, isSilent) {
      local.setSilent(user, roomId, isSilent);
      relay(userAudience(user), "setSilent", toUserKey(user), roomId, isSilent);
    },
    isSilent: (socketId, roomId) => local.isSilent(socketId, roomId),
    closeRoom(roomId) {
      local.closeRoom(roomId);
      relay(roomAudience(roomId), "closeRoom", roomId);
    },
  };
}

/**
 * Does on this node's own sockets what another has told. Nodes trust each other: what comes is what `createClusterAudiences`
 * has sent, of this version or another.
 * @param onLogOut told of each device that was logged out on another node
 */
export function takeRelayed(local: Audiences, { body }: BusMessage, onLogOut: (device: DeviceKey) => void): void {
  const [name, ...args] = JSON.parse(body) as Call;
  // Of a newer version.
  if (!known.has(name)) return;
  if (name === "logOut") onLogOut(args[0] as DeviceKey);
  const call = local[name] as (...args: unknown[]) => void;
  call.apply(local, args);
}

function toBody<Name extends Relayed>(name: Name, ...args: Parameters<Audiences[Name]>): string {
  return JSON.stringify([name, ...args]);
}

// Callers may give an actor, of whom nothing else is for the wire.
function toUserKey({ tenantId, userId }: UserKey): UserKey {
  return { tenantId, userId };
}

function toDeviceKey({ tenantId, userId, deviceId }: DeviceKey): DeviceKey {
  return { tenantId, userId, deviceId };
}
