/** Keeps open rooms complete: applies what comes next, and asks for what is missing. */
import type { Output } from "@pipit/protocol/operations";
import { backOff } from "../connection/back-off.ts";
import type { Call } from "../connection/caller.ts";
import type { Environment, Timer } from "../environment.ts";
import { type PipitError, toPipitError } from "../errors.ts";
import { applyRoomPage } from "../state/apply-pages.ts";
import { applyRoomEvent } from "../state/apply-room-event.ts";
import type { RoomState } from "../state/device-state.ts";
import type { OpenRoom } from "../state/open-room.ts";
import type { Model } from "../state/save-room.ts";

export type RoomSyncParts = {
  model: Model;
  env: Environment;
  call: Call;
  isOnline(): boolean;
  pageSize: number;
  /** Told when something of a room is another. */
  onChanged(roomId: string): void;
  /** Told when a room turns out not to be the user's any more. */
  onLost(roomId: string): void;
};

type Held = { name: string; payload: unknown };

/** What goes on about one room. */
type Work = {
  /** Events that came before what they follow, by change. */
  held: Map<number, Held>;
  /** The highest change that is known to have been made. */
  wanted: number;
  running: Promise<void> | undefined;
  timer: Timer;
  failures: number;
};

const maxHeld = 200;
/** Events overtake each other by a little; what a moment brings by itself is not asked for. */
const patienceMs = 60;

export class RoomSync {
  readonly #parts: RoomSyncParts;
  readonly #works = new Map<string, Work>();

  constructor(parts: RoomSyncParts) {
    this.#parts = parts;
  }

  /** Takes an event that makes a change to a room that is open. */
  take(room: OpenRoom, name: string, payload: unknown, change: number): void {
    const applied = applyRoomEvent(this.#parts.model, room, name, payload, change);
    if (applied === "known") return;
    const work = this.#workOf(room.room.id);
    work.wanted = Math.max(work.wanted, change);
    this.#parts.onChanged(room.room.id);
    if (applied === "applied") {
      this.#drain(room, work);
      return;
    }
    if (work.held.size < maxHeld) work.held.set(change, { name, payload });
    this.#askSoon(room, work, patienceMs);
  }

  /** Says that a change was made of which no more is known. */
  want(room: OpenRoom, change: number): void {
    if (room.cursor !== undefined && change <= room.cursor) return;
    const work = this.#workOf(room.room.id);
    work.wanted = Math.max(work.wanted, change);
    this.#askSoon(room, work, patienceMs);
  }

  /** Goes back to a change, because what came after it is not in all rows. */
  rewind(room: OpenRoom, cursor: number): void {
    room.cursor = cursor;
    room.isPartial = true;
    void this.sync(room);
  }

  /** Brings a room up to date now. Resolves when that is done, or can't be for the moment. */
  sync(room: OpenRoom): Promise<void> {
    const work = this.#workOf(room.room.id);
    this.#parts.env.clearTimeout(work.timer);
    work.timer = undefined;
    work.running ??= this.#run(room, work).finally(() => {
      work.running = undefined;
      if (this.#isOpen(room) && this.#isBehind(room, work)) this.#askSoon(room, work, this.#pauseOf(work));
    });
    return work.running;
  }

  /** Forgets what goes on about a room. */
  forget(roomId: string): void {
    this.#parts.env.clearTimeout(this.#works.get(roomId)?.timer);
    this.#works.delete(roomId);
  }

  stop(): void {
    for (const roomId of [...this.#works.keys()]) this.forget(roomId);
  }

  #workOf(roomId: string): Work {
    const known = this.#works.get(roomId);
    if (known) return known;
    const work: Work = { held: new Map(), wanted: 0, running: undefined, timer: undefined, failures: 0 };
    this.#works.set(roomId, work);
    return work;
  }

  #isOpen(room: RoomState): boolean {
    return room.rows !== undefined && this.#parts.model.state.rooms.get(room.room.id) === room;
  }

  #isBehind(room: OpenRoom, work: Work): boolean {
    return room.cursor === undefined || room.isPartial || work.wanted > room.cursor;
  }

  #pauseOf(work: Work): number {
    return work.failures === 0 ? patienceMs : backOff(work.failures, this.#parts.env.random);
  }

  #askSoon(room: OpenRoom, work: Work, ms: number): void {
    // While offline there is nobody to ask; coming back asks for every room.
    if (work.running || work.timer !== undefined || !this.#parts.isOnline()) return;
    work.timer = this.#parts.env.setTimeout(() => {
      work.timer = undefined;
      if (this.#isOpen(room) && this.#isBehind(room, work)) void this.sync(room);
    }, ms);
  }

  /** Applies held events for as long as each follows what is there. */
  #drain(room: OpenRoom, work: Work): void {
    for (const change of work.held.keys()) if (change <= (room.cursor ?? 0)) work.held.delete(change);
    let next = (room.cursor ?? 0) + 1;
    for (let held = work.held.get(next); held; held = work.held.get(next)) {
      const applied = applyRoomEvent(this.#parts.model, room, held.name, held.payload, next);
      if (applied === "gap") return;
      work.held.delete(next);
      next += 1;
    }
  }

  async #run(room: OpenRoom, work: Work): Promise<void> {
    try {
      const { pageSize } = this.#parts;
      let hasMore = true;
      while (hasMore) {
        const since = room.cursor;
        const input = { room_id: room.room.id, since_change: since, limit: pageSize };
        const page: Output<"sync.messages"> = (await this.#parts.call("sync.messages", input)).data;
        if (!this.#isOpen(room)) return;
        const before = room.cursor;
        // It went back meanwhile: this page leaves out what lies between.
        if (since !== undefined && before !== undefined && before < since) continue;
        applyRoomPage(this.#parts.model, room, page, pageSize);
        // A load from nothing may be older than what events have brought meanwhile.
        if (page.full && before !== undefined) work.wanted = Math.max(work.wanted, before);
        this.#drain(room, work);
        this.#parts.onChanged(room.room.id);
        hasMore = page.has_more;
      }
      work.failures = 0;
    } catch (error) {
      this.#fail(room, work, toPipitError(error));
    }
  }

  #fail(room: OpenRoom, work: Work, error: PipitError): void {
    work.failures += 1;
    if (error.code === "not_found" && this.#isOpen(room)) this.#parts.onLost(room.room.id);
    // What can't be tried again has no end that waiting brings; the next event or the minute check asks anew.
    else if (!error.retryable) work.wanted = Math.min(work.wanted, room.cursor ?? 0);
  }
}
