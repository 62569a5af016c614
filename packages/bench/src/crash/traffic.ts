/** Clients that send all the time, until the server is gone, and then try again. */
import { operations } from "@pipit/protocol/operations";
import type { Book, Outgoing } from "../history/book.ts";
import type { Seen } from "../history/check-history.ts";
import { inParallel } from "../load/pairs.ts";
import { createRandom, type Random } from "../random.ts";
import { type ChatUser, connectUser } from "../wire/chat-user.ts";
import { attemptSend } from "../wire/send-attempt.ts";

const loopsPerSender = 3;
const socketShare = 0.7;
/** Some clients never come back: what they sent may be there or not. */
const abandonedShare = 0.1;

type Sender = { userId: string; random: Random; user: ChatUser | undefined; counter: number; unanswered: Outgoing[] };

export type TrafficCounts = { unanswered: number; retried: number; abandoned: number };

/** The clients of a run, and what they have seen of it. */
export class Traffic {
  readonly counts: TrafficCounts = { unanswered: 0, retried: 0, abandoned: 0 };
  /** What events told, by room. */
  readonly seen = new Map<string, Seen[]>();
  readonly #book: Book;
  readonly #senders: Sender[];

  constructor(book: Book, userIds: readonly string[], seed: number) {
    this.#book = book;
    this.#senders = userIds.map((userId, index) => ({
      userId,
      random: createRandom(seed + index + 1),
      user: undefined,
      counter: 0,
      unanswered: [],
    }));
  }

  /** Connects all clients, to a new server or to one that came back, and gives the first. */
  async connect(url: string): Promise<ChatUser> {
    const users = await inParallel(this.#senders, async (sender) => {
      sender.user?.socket.close();
      sender.user = await connectUser(url, sender.userId);
      return sender.user;
    });
    const [first] = users;
    if (!first) throw new Error("there are no clients");
    first.socket.onEvent = (text) => this.#see(text);
    return first;
  }

  /** Sends until `kill` has been done and nothing more is answered. */
  async run(rooms: readonly string[], kill: () => Promise<void>): Promise<void> {
    const state = { isOver: false };
    const loops = this.#senders.flatMap((sender) => {
      return Array.from({ length: loopsPerSender }, () => this.#sendOn(sender, rooms, state));
    });
    await Promise.all([...loops, kill().finally(() => (state.isOver = true))]);
  }

  /** Tries what went unanswered again, under the same ids. @throws {Error} when it goes unanswered once more. */
  async retry(): Promise<void> {
    await inParallel(this.#senders, async (sender) => {
      const again = sender.unanswered.splice(0).filter(() => sender.random.next() >= abandonedShare);
      await inParallel(again, (outgoing) => this.#retryOne(sender, outgoing), loopsPerSender);
      this.counts.retried += again.length;
    });
    this.counts.abandoned = this.counts.unanswered - this.counts.retried;
  }

  close(): void {
    for (const { user } of this.#senders) user?.socket.close();
  }

  async #sendOn(sender: Sender, rooms: readonly string[], state: { isOver: boolean }): Promise<void> {
    while (!state.isOver) {
      sender.counter += 1;
      const clientMessageId = `${sender.userId}-${sender.counter}`;
      const content = `message ${sender.counter} of ${sender.userId}`;
      const outgoing = { roomId: sender.random.pick(rooms), senderId: sender.userId, clientMessageId, content };
      if ((await this.#attempt(sender, outgoing)) === "acknowledged") continue;
      sender.unanswered.push(outgoing);
      this.counts.unanswered += 1;
      // Only a dead server leaves a send unanswered; there is nobody to send to until it is back.
      return;
    }
  }

  async #retryOne(sender: Sender, outgoing: Outgoing): Promise<void> {
    const outcome = await this.#attempt(sender, outgoing);
    if (outcome === "unknown") throw new Error(`the retry of ${outgoing.clientMessageId} was not acknowledged`);
  }

  #attempt({ user, random }: Sender, outgoing: Outgoing) {
    if (!user) throw new Error("the clients are not connected");
    return attemptSend(random.next() < socketShare ? user.socket : user.rest, outgoing, this.#book);
  }

  #see(text: string): void {
    if (!text.startsWith('["message:receive"')) return;
    const { id, sequence_number, room_id } = operations["messages.get"].output.parse(JSON.parse(text)[1]);
    const seen = this.seen.get(room_id) ?? [];
    this.seen.set(room_id, seen);
    seen.push({ id, sequence: sequence_number });
  }
}
