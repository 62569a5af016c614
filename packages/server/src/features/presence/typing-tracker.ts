/** Who is writing where: how often that is told, and when it is over. */
import type { TypingKind } from "@pipit/protocol/models/presence";
import type { Clock } from "../../clock.ts";
import type { Services } from "../../context.ts";
import type { UserKey } from "../../ports/audiences/audiences.ts";
import type { Timers } from "../../timers.ts";
import { toKey } from "./subscriptions.ts";

/** A socket whose user writes, or records, in a room. */
export type Typist = { user: UserKey; socketId: string; roomId: string; kind: TypingKind };

type Typing = Omit<Typist, "socketId"> & {
  toldAt: number;
  /** The sockets that it goes on at; none when it was told that they stopped. */
  sockets: Set<string>;
  /** Calls off what comes when nothing more is said. */
  calm: () => void;
};

export type TypingParts = Pick<Services, "audiences"> & { clock: Clock };

const expirySeconds = 5;
const throttleSeconds = 1;

/** Beyond as many at once, on this node, nothing is told. */
const maxTypings = 20_000;

export class TypingTracker {
  readonly #parts: TypingParts;
  readonly #timers: Timers;
  readonly #typings = new Map<string, Typing>();
  readonly #typingsAt = new Map<string, Set<Typing>>();

  constructor(parts: TypingParts, timers: Timers) {
    this.#parts = parts;
    this.#timers = timers;
  }

  /** Tells the room, at most once a second for a user, room and kind; goes on for five seconds after each word of it. */
  start(typist: Typist): void {
    const now = this.#parts.clock.now().getTime();
    const known = this.#typings.get(toTypingKey(typist));
    if (known && now - known.toldAt < throttleSeconds * 1000) {
      // One that was told and goes on; after a stop, it is told when they say so again.
      if (known.sockets.size > 0) this.#goOn(known, typist.socketId);
      return;
    }
    if (!known && this.#typings.size >= maxTypings) return;
    const { user, roomId, kind, socketId } = typist;
    const typing = known ?? { user, roomId, kind, toldAt: now, sockets: new Set(), calm: () => {} };
    typing.toldAt = now;
    this.#typings.set(toTypingKey(typing), typing);
    this.#goOn(typing, socketId);
    this.#tellStart(typing, socketId);
  }

  /** Tells the room that they stopped, if it was told that they write, and they do so at no other socket. */
  stop(typist: Typist): void {
    const typing = this.#typings.get(toTypingKey(typist));
    if (typing) this.#stopAt(typing, typist.socketId);
  }

  /** A socket goes: what it wrote is over. Called while it is still in its audiences. */
  end(socketId: string): void {
    for (const typing of [...(this.#typingsAt.get(socketId) ?? [])]) this.#stopAt(typing, socketId);
  }

  #goOn(typing: Typing, socketId: string): void {
    typing.sockets.add(socketId);
    const here = this.#typingsAt.get(socketId) ?? new Set();
    this.#typingsAt.set(socketId, here.add(typing));
    typing.calm();
    typing.calm = this.#timers.after(expirySeconds, () => this.#expire(typing));
  }

  #expire(typing: Typing): void {
    const sockets = [...typing.sockets];
    for (const socketId of sockets) this.#leave(typing, socketId);
    this.#forget(typing);
    const [within] = sockets.filter((socketId) => this.#parts.audiences.hasJoined(socketId, typing.roomId));
    if (within !== undefined) this.#tellStop(typing, within, undefined);
  }

  #stopAt(typing: Typing, socketId: string): void {
    if (!typing.sockets.has(socketId)) return;
    // One who was removed meanwhile must not be heard of in the room any more (G9).
    const isWithin = this.#parts.audiences.hasJoined(socketId, typing.roomId);
    this.#leave(typing, socketId);
    if (typing.sockets.size > 0) return;
    typing.calm();
    // Kept until it may be told again: who stops and begins in turn is not heard more often.
    typing.calm = this.#timers.after(throttleSeconds, () => this.#forget(typing));
    if (isWithin) this.#tellStop(typing, socketId, socketId);
  }

  #leave(typing: Typing, socketId: string): void {
    typing.sockets.delete(socketId);
    const here = this.#typingsAt.get(socketId);
    here?.delete(typing);
    if (here?.size === 0) this.#typingsAt.delete(socketId);
  }

  #forget(typing: Typing): void {
    this.#typings.delete(toTypingKey(typing));
  }

  // Where one of two blocks the other, to the typist's own other sockets alone.
  #tellStart(typing: Typing, socketId: string): void {
    const { audiences } = this.#parts;
    const { user, roomId } = typing;
    const payload = toPayload(typing);
    if (audiences.isSilent(socketId, roomId)) audiences.toUser(user, "user:typing", payload, socketId);
    else audiences.toRoomIfIdle(roomId, "user:typing", payload, socketId);
  }

  // Not only to those that are idle: who was just told that it began is not, and would have to wait for the end.
  #tellStop(typing: Typing, socketId: string, exceptSocket: string | undefined): void {
    const { audiences } = this.#parts;
    const { user, roomId } = typing;
    const payload = toPayload(typing);
    if (audiences.isSilent(socketId, roomId)) audiences.toUser(user, "user:stop_typing", payload, exceptSocket);
    else audiences.toRoom(roomId, "user:stop_typing", payload, exceptSocket);
  }
}

function toPayload({ roomId, user, kind }: Typing) {
  return { room_id: roomId, user_id: user.userId, kind };
}

// A room's id has no slash.
function toTypingKey({ user, roomId, kind }: Omit<Typist, "socketId">): string {
  return `${roomId}/${kind}/${toKey(user)}`;
}
