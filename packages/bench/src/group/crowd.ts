/** The sockets of a run, and what they hear. */
import { inParallel } from "../load/pairs.ts";
import { jwtSecret } from "../processes/pipit-server.ts";
import { signToken } from "../token.ts";
import { LightSocket } from "../wire/light-socket.ts";
import { toEnvelope } from "../wire/rest-client.ts";
import type { Heard, Role } from "./check-heard.ts";
import type { Fact, FactBook } from "./facts.ts";

/** Keeps what a socket hears as it came: what is made of it must not cost while something is timed. */
type Listener = { userId: string; role: Role; socket: LightSocket; texts: string[]; times: number[]; facts: Fact[] };

/** Every socket of a run: nothing that the server sends to any of them goes unchecked. */
export class Crowd {
  readonly #url: string;
  readonly #listeners: Listener[] = [];
  #lost = 0;
  #isClosing = false;

  constructor(url: string) {
    this.#url = url;
  }

  /** How many connections have ended before `close`. */
  get lost(): number {
    return this.#lost;
  }

  /** Connects a device of each user. */
  async connect(role: Role, userIds: readonly string[]): Promise<LightSocket[]> {
    return inParallel(userIds, async (userId) => {
      const auth = { token: signToken(jwtSecret, { userId }), device_id: role };
      const socket = await LightSocket.connect({ url: this.#url, auth });
      const listener: Listener = { userId, role, socket, texts: [], times: [], facts: [] };
      socket.onEvent = (text) => {
        listener.texts.push(text);
        listener.times.push(performance.now());
      };
      socket.closed.then(
        () => {
          if (!this.#isClosing) this.#lost += 1;
        },
        () => undefined,
      );
      this.#listeners.push(listener);
      return socket;
    });
  }

  /** Asks something over every socket of these roles, all at once. @throws {Error} when one is refused */
  async askAll(roles: readonly Role[], event: string, payload: object): Promise<void> {
    const asked = this.#listeners.filter(({ role }) => roles.includes(role));
    await Promise.all(asked.map(({ socket }) => ask(socket, event, payload)));
  }

  /** Waits until every socket has heard what the server had sent to it before: an answer comes after it. */
  async catchUp(): Promise<void> {
    await this.askAll(["member", "sender", "acting", "guest", "outsider"], "unread:get", {});
  }

  /** Makes facts of what has been heard since the last time. */
  digest(book: FactBook): void {
    for (const listener of this.#listeners) {
      for (const [index, text] of listener.texts.entries()) {
        const fact = book.note(text, listener.times[index] ?? 0);
        if (fact) listener.facts.push(fact);
      }
      listener.texts = [];
      listener.times = [];
    }
  }

  /** What has been made facts. */
  heard(): Heard[] {
    return this.#listeners.map(({ userId, role, facts }) => ({ userId, role, facts }));
  }

  close(): void {
    this.#isClosing = true;
    for (const { socket } of this.#listeners) socket.close();
  }
}

/** @throws {Error} when it is refused */
export async function ask<Data>(socket: LightSocket, event: string, payload: object): Promise<Data> {
  const answer = toEnvelope(await socket.request(event, payload));
  if (!answer.success) throw new Error(`${event} was refused: ${answer.code}, ${answer.error}`);
  return answer.data as Data;
}
