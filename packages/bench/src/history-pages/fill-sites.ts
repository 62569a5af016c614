/** Two servers with databases of their own: one with a short room and few rooms, one with a long room and many. */
import { type FilledRoom, type Filling, fillRooms, listFilled } from "../fill/fill-rooms.ts";
import type { Seat } from "../load/seats.ts";
import { jwtSecret } from "../processes/pipit-server.ts";
import type { Scope } from "../processes/scope.ts";
import type { Site } from "../processes/start-stage.ts";
import { signToken } from "../token.ts";
import { LightSocket } from "../wire/light-socket.ts";
import { RestClient } from "../wire/rest-client.ts";
import type { Reader } from "./ask-pages.ts";

export const sizes = ["small", "large"] as const;
export type Size = (typeof sizes)[number];

export type SiteSize = {
  /** In the one long room. */
  messages: number;
  /** Of all senders. */
  rooms: number;
  /** Of the user with a long list. */
  listed: number;
};

export type FilledSite = Site & { reader: Reader; seats: Seat[]; fillSeconds: number };

const readers = 50;
const readShare = 0.5;
const roomsOfSender = 10;
/** Pairs of senders that are connected, evenly spread over all of them. */
const activePairs = 100;

/** Fills a server's database, with users whose ids begin with the size, and connects who reads. */
export async function fillSite(
  scope: Scope,
  site: Site,
  size: Size,
  { messages, rooms, listed }: SiteSize,
): Promise<FilledSite> {
  const pairs = Math.max(1, Math.floor(rooms / roomsOfSender));
  const fillings: Filling[] = [
    { prefix: `${size}-sender-`, users: pairs * 2, roomsEach: roomsOfSender, members: 2, messages: 0 },
    { prefix: `${size}-lister-`, users: 2, roomsEach: listed, members: 2, messages: 2 },
    { prefix: `${size}-reader-`, users: readers, roomsEach: 1, members: readers, messages, readShare },
  ];
  const startedAt = performance.now();
  await fillRooms(site.databaseUrl, fillings);
  const fillSeconds = (performance.now() - startedAt) / 1000;
  const [room] = await listFilled(site.databaseUrl, `${size}-reader-`, [0]);
  const { url } = site.server;
  const socket = await LightSocket.connect({ url, auth: { token: tokenOf(`${size}-reader-1`) } });
  scope.defer(() => socket.close());
  const reader: Reader = {
    socket,
    roomId: room?.roomId ?? "",
    messages,
    unread: messages - Math.floor(messages * readShare),
    lister: new RestClient(url, tokenOf(`${size}-lister-0`)),
    rooms: listed,
  };
  return { ...site, reader, seats: await listSeats(site.databaseUrl, `${size}-sender-`, pairs), fillSeconds };
}

async function listSeats(databaseUrl: string, prefix: string, pairs: number): Promise<Seat[]> {
  const active = Math.min(activePairs, pairs);
  const firsts = Array.from({ length: active }, (_, index) => Math.floor((index * pairs) / active) * 2);
  const rooms = await listFilled(databaseUrl, prefix, firsts);
  return firsts.flatMap((first) => {
    const roomIds = rooms.filter(({ firstUser }: FilledRoom) => firstUser === first).map(({ roomId }) => roomId);
    return [first, first + 1].map((number) => ({ userId: `${prefix}${number}`, roomIds }));
  });
}

function tokenOf(userId: string): string {
  return signToken(jwtSecret, { userId });
}
