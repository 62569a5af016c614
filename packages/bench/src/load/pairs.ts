/** Sockets in pairs, each pair in a direct room of its own. */
import { signToken } from "../token.ts";
import { LightSocket } from "../wire/light-socket.ts";
import type { Ledger } from "./ledger.ts";

const parallelConnects = 64;

/** About eighty characters, the length of a chat message. */
const content = "Shall we meet at the station at half past six, or would you rather walk there?";

/** One socket, and the room that it sends to. */
export type Line = { socket: LightSocket; roomId: string };

export type PairsOptions = { url: string; secret: string; pairs: number; userPrefix: string };

/** Connects two users for each pair and opens their room. */
export async function connectPairs({ url, secret, pairs, userPrefix }: PairsOptions): Promise<Line[]> {
  const userIds = Array.from({ length: pairs * 2 }, (_, index) => `${userPrefix}${index}`);
  const sockets = await inParallel(userIds, (userId) => {
    return LightSocket.connect({ url, auth: { token: signToken(secret, { userId }) } });
  });
  const firsts = Array.from({ length: pairs }, (_, pair) => pair * 2);
  const rooms = await inParallel(firsts, (first) => openRoom(sockets[first], `${userPrefix}${first + 1}`));
  return sockets.map((socket, index) => ({ socket, roomId: rooms[Math.floor(index / 2)] ?? "" }));
}

async function openRoom(socket: LightSocket | undefined, peerId: string): Promise<string> {
  const answer = await socket?.request("chat:create", { user_id: peerId });
  const room = answer as { success: boolean; data?: { id: string } };
  if (!room.success || !room.data) throw new Error(`no room was opened: ${JSON.stringify(answer)}`);
  return room.data.id;
}

/** Sends one message and calls back once it has been answered; the ledger has its answer by then. */
export function sendMessage(line: Line, ledger: Ledger, onAnswer?: () => void): void {
  sendLine(line, ledger.send(), (answer) => {
    ledger.acknowledge(answer);
    onAnswer?.();
  });
}

/** Sends a message under an id, and calls back with its answer; an end of the connection fails the program. */
export function sendLine({ socket, roomId }: Line, id: string, onAnswer: (answer: string) => void): void {
  const json = `{"room_id":"${roomId}","content":"${content}","client_message_id":"${id}"}`;
  socket.emit("message:send", json, (answer) => {
    if (typeof answer !== "string") throw answer;
    onAnswer(answer);
  });
}

/** Has the deliveries of all lines booked in a ledger, and an end of a connection fail the program. */
export function bookDeliveries(lines: readonly Line[], ledger: Ledger): void {
  for (const { socket } of lines) {
    socket.onEvent = (text) => {
      if (text.startsWith('["message:receive"')) ledger.deliver(text);
    };
  }
}

/** Runs `task` for each item, at most so many at once, and gives the results in order. */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  task: (item: Item, index: number) => Promise<Result>,
  width = parallelConnects,
): Promise<Result[]> {
  const results = new Array<Result>(items.length);
  const entries = items.entries();
  async function work(): Promise<void> {
    for (const [index, item] of entries) results[index] = await task(item, index);
  }
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, work));
  return results;
}
