/** Sockets of users in rooms that exist already, and crowds of them. */
import { signToken } from "../token.ts";
import { LightSocket } from "../wire/light-socket.ts";
import { inParallel, type Line } from "./pairs.ts";

export type Seat = { userId: string; roomIds: readonly string[] };

export type SeatsOptions = { url: string; secret: string; seats: readonly Seat[] };

export type CrowdOptions = {
  url: string;
  secret: string;
  /** Users are this with a number from 0. */
  userPrefix: string;
  sockets: number;
  /** How many addresses of this machine (127.0.0.1, 127.0.0.2, …) they come from. */
  addresses: number;
};

/** Connects each user, and gives a line for each of their rooms: all first rooms, then all second ones, and so on. */
export async function connectSeats({ url, secret, seats }: SeatsOptions): Promise<Line[]> {
  const seated = await inParallel(seats, async ({ userId, roomIds }) => {
    const socket = await LightSocket.connect({ url, auth: { token: signToken(secret, { userId }) } });
    return roomIds.map((roomId) => ({ socket, roomId }));
  });
  const most = Math.max(0, ...seated.map((lines) => lines.length));
  return Array.from({ length: most }, (_, index) => seated.flatMap((lines) => lines.slice(index, index + 1))).flat();
}

/** Connects one socket of each user. */
export function openCrowd(options: CrowdOptions): Promise<LightSocket[]> {
  const numbers = Array.from({ length: options.sockets }, (_, number) => number);
  return inParallel(numbers, (number) => {
    return LightSocket.connect({ url: options.url, ...credentialsOf(options, number) });
  });
}

/** How the user of a number connects. */
export function credentialsOf({ secret, userPrefix, addresses }: CrowdOptions, number: number) {
  const token = signToken(secret, { userId: `${userPrefix}${number}` });
  return { auth: { token, device_id: "bench" }, from: `127.0.0.${1 + (number % addresses)}` };
}
