/** Many senders, each message sent one to three times over several servers and both doors. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Book, Outgoing } from "../history/book.ts";
import { inParallel } from "../load/pairs.ts";
import { createRandom, type Random } from "../random.ts";
import type { LightSocket } from "../wire/light-socket.ts";
import type { RestClient } from "../wire/rest-client.ts";
import { attemptSend } from "../wire/send-attempt.ts";

const maxAttempts = 3;
const inFlightPerSender = 3;
const maxDelayMs = 20;

/** A user and all ways to the servers that they have. */
export type Sender = { userId: string; doors: readonly (LightSocket | RestClient)[] };

/** Has every sender send one message to every room, all of them at once, and writes it all into the book. */
export async function repeatSends(
  senders: readonly Sender[],
  rooms: readonly string[],
  book: Book,
  seed: number,
): Promise<void> {
  await Promise.all(
    senders.map(async (sender, index) => {
      const random = createRandom(seed + index);
      const order = shuffle(rooms, random);
      await inParallel(order, (roomId) => repeatOne(sender, roomId, book, random), inFlightPerSender);
    }),
  );
}

// Repeats leave together or a little later: both the race for the first place and the late retry are met.
async function repeatOne(sender: Sender, roomId: string, book: Book, random: Random): Promise<void> {
  const clientMessageId = `${sender.userId}/${roomId}`;
  const outgoing: Outgoing = {
    roomId,
    senderId: sender.userId,
    clientMessageId,
    content: `hello from ${sender.userId}`,
  };
  const attempts = Array.from({ length: random.between(1, maxAttempts) }, async () => {
    const door = random.pick(sender.doors);
    if (random.next() < 0.5) await sleep(random.between(1, maxDelayMs));
    const outcome = await attemptSend(door, outgoing, book);
    if (outcome === "unknown") throw new Error(`${clientMessageId} went unanswered`);
  });
  await Promise.all(attempts);
}

function shuffle<Item>(items: readonly Item[], random: Random): Item[] {
  return items
    .map((item) => ({ item, place: random.next() }))
    .sort((one, other) => one.place - other.place)
    .map(({ item }) => item);
}
