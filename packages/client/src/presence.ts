/** Who is there and who is writing, as far as the app looks at it. */
import type { Payload } from "@pipit/protocol/events";
import type { Presence, TypingKind } from "@pipit/protocol/models/presence";
import type { Call } from "./connection/caller.ts";
import type { Connection } from "./connection/connection.ts";
import type { Environment, Timer } from "./environment.ts";
import { toPipitError } from "./errors.ts";
import { createQuery, keepSameList, type Query, type Topics } from "./state/query.ts";

export type Typist = { user_id: string; kind: TypingKind };

export type PresenceParts = {
  env: Environment;
  topics: Topics;
  connection: Connection;
  call: Call;
  onError(error: unknown): void;
};

/** Without another word for so long, one has stopped (the wire's rule). */
const typingMs = 5_000;
/** Saying so again while it goes on. */
const sayAgainMs = 3_000;
/** Users that are looked at together are asked for together. */
const gatherMs = 50;
const maxUserIds = 200;

export class PresenceBook {
  readonly #parts: PresenceParts;
  readonly #queries = new Map<string, Query<Presence | undefined>>();
  readonly #known = new Map<string, Presence>();
  /** By user id, how many look. */
  readonly #watched = new Map<string, number>();
  readonly #typists = new Map<string, Map<string, { typist: Typist; timer: Timer }>>();
  readonly #said = new Map<string, { at: number; timer: Timer }>();
  #asking: Timer;
  #toAsk = new Set<string>();

  constructor(parts: PresenceParts) {
    this.#parts = parts;
  }

  /** A user's presence, for as long as somebody looks; undefined until it is known. */
  presence(userId: string): Query<Presence | undefined> {
    const known = this.#queries.get(userId);
    if (known) return known;
    const query = createQuery(
      this.#parts.topics,
      [`presence:${userId}`],
      () => this.#known.get(userId),
      () => this.#watch(userId),
    );
    this.#queries.set(userId, query);
    return query;
  }

  /** Who writes or records in a room now. */
  typing(roomId: string): Query<readonly Typist[]> {
    return createQuery<readonly Typist[]>(this.#parts.topics, [`typing:${roomId}`], (before) => {
      const typists = [...(this.#typists.get(roomId)?.values() ?? [])].map((one) => one.typist);
      return keepSameList(before, typists);
    });
  }

  /** Tells a room that the user writes, or has stopped; to be called as often as they press a key. */
  say(roomId: string, isTyping: boolean, kind: TypingKind = "text"): void {
    const { env, connection } = this.#parts;
    const key = `${roomId}/${kind}`;
    const said = this.#said.get(key);
    env.clearTimeout(said?.timer);
    if (!isTyping) {
      if (this.#said.delete(key)) connection.tell("user:stop_typing", { room_id: roomId, kind });
      return;
    }
    const isDue = said === undefined || env.now() - said.at >= sayAgainMs;
    if (isDue) connection.tell("user:typing", { room_id: roomId, kind });
    const timer = env.setTimeout(() => this.say(roomId, false, kind), typingMs);
    this.#said.set(key, { at: isDue ? env.now() : said.at, timer });
  }

  takeEvent(name: string, payload: unknown): void {
    if (name === "user:presence_update") this.#learn(payload as Presence);
    if (name === "user:typing") this.#addTypist(payload as Payload<"user:typing">);
    if (name === "user:stop_typing") this.#removeTypist(payload as Payload<"user:stop_typing">);
    if (name === "message:receive") {
      const { room_id, sender_id } = payload as Payload<"message:receive">;
      this.#removeTypist({ room_id, user_id: sender_id });
    }
  }

  /** The server has forgotten what this client asked for: it is asked again. */
  begin(): void {
    for (const userId of this.#watched.keys()) this.#askFor(userId);
  }

  stop(): void {
    const { env } = this.#parts;
    env.clearTimeout(this.#asking);
    for (const { timer } of this.#said.values()) env.clearTimeout(timer);
    for (const room of this.#typists.values()) for (const { timer } of room.values()) env.clearTimeout(timer);
  }

  #watch(userId: string): () => void {
    this.#watched.set(userId, (this.#watched.get(userId) ?? 0) + 1);
    this.#askFor(userId);
    return () => {
      const left = (this.#watched.get(userId) ?? 1) - 1;
      if (left > 0) {
        this.#watched.set(userId, left);
        return;
      }
      this.#watched.delete(userId);
      this.#known.delete(userId);
      this.#parts.topics.touch(`presence:${userId}`);
      this.#parts.connection.tell("presence:unsubscribe", { user_ids: [userId] });
    };
  }

  #askFor(userId: string): void {
    this.#toAsk.add(userId);
    this.#asking ??= this.#parts.env.setTimeout(() => {
      this.#asking = undefined;
      void this.#ask();
    }, gatherMs);
  }

  async #ask(): Promise<void> {
    const userIds = [...this.#toAsk].filter((userId) => this.#watched.has(userId));
    this.#toAsk = new Set();
    try {
      for (let start = 0; start < userIds.length; start += maxUserIds) {
        const { data } = await this.#parts.call("presence.subscribe", {
          user_ids: userIds.slice(start, start + maxUserIds),
        });
        for (const presence of data) this.#learn(presence);
      }
    } catch (error) {
      // Coming back online asks again.
      if (!toPipitError(error).retryable) this.#parts.onError(error);
    }
  }

  #learn(presence: Presence): void {
    if (!this.#watched.has(presence.user_id)) return;
    this.#known.set(presence.user_id, presence);
    this.#parts.topics.touch(`presence:${presence.user_id}`);
  }

  #addTypist({ room_id: roomId, user_id: userId, kind }: Payload<"user:typing">): void {
    const { env, topics } = this.#parts;
    const room = this.#typists.get(roomId) ?? new Map();
    this.#typists.set(roomId, room);
    env.clearTimeout(room.get(userId)?.timer);
    const timer = env.setTimeout(() => this.#removeTypist({ room_id: roomId, user_id: userId }), typingMs);
    const before: Typist | undefined = room.get(userId)?.typist;
    room.set(userId, { typist: before?.kind === kind ? before : { user_id: userId, kind }, timer });
    topics.touch(`typing:${roomId}`);
  }

  #removeTypist({ room_id: roomId, user_id: userId }: { room_id: string; user_id: string }): void {
    const room = this.#typists.get(roomId);
    const known = room?.get(userId);
    if (!room || !known) return;
    this.#parts.env.clearTimeout(known.timer);
    room.delete(userId);
    if (room.size === 0) this.#typists.delete(roomId);
    this.#parts.topics.touch(`typing:${roomId}`);
  }
}
