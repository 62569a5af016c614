/** All that a user can see, in one form for devices and for the server. */
import type { Message } from "@pipit/protocol/models/message";
import type { Watermarks } from "@pipit/protocol/models/receipt";
import type { Member, Room } from "@pipit/protocol/models/room";

export type RoomDigest = { room: object; members: object[]; watermarks: object[]; messages: object[] };
export type Digest = { settings: object; rooms: Record<string, RoomDigest> };

/** How far all others have received and read a room. */
export type Reach = { delivered: number; read: number };

/** Names and pictures of users are no state of a room (docs/spec.md S4). */
export function toRoomDigest(room: Room): object {
  const { peer: _, last_message, ...rest } = room;
  return { ...rest, last_message: last_message && withoutStatus(last_message) };
}

export function toMemberDigest(member: Member): object {
  const { name: _, avatar_url: __, ...rest } = member;
  return rest;
}

export function toWatermarksDigest({
  room_id,
  user_id,
  delivered_sequence,
  read_sequence,
  change,
}: Watermarks): object {
  return { room_id, user_id, delivered_sequence, read_sequence, change };
}

/** @param delivery of one's own messages, how far it has come */
export function toMessageDigest(message: Message, delivery: string | undefined): object {
  return { ...withoutStatus(message), delivery: delivery ?? null };
}

function withoutStatus({ status: _, ...message }: Message): object {
  return message;
}

/** Where two digests differ first, in words; undefined if they are the same. */
export function findDifference(one: unknown, other: unknown, path = ""): string | undefined {
  if (one === other) return undefined;
  if (!isObject(one) || !isObject(other)) return `${path}: ${JSON.stringify(one)} against ${JSON.stringify(other)}`;
  for (const name of new Set([...Object.keys(one), ...Object.keys(other)])) {
    const found = findDifference(one[name], other[name], `${path}/${name}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
